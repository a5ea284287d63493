import type { Route } from "../route.ts";

export const route: Route = {
  path: "/calls", title: "calls.title", group: "programmes", order: 1, icon: "call", chord: "c",
  roles: ["centre_manager", "centre_staff", "company_staff", "service_staff", "province_officer", "province_leader", "ip_centre_officer", "city_officer", "city_leader"],
};
