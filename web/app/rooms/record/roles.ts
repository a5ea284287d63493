/* Centre people and officers: who enters records or works with them. */
export const recordRoles = ["centre_manager", "centre_staff", "company_staff", "service_staff", "province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"];
