/* Icons by name: pages and routes name them, only this file imports them. They are drawn for the eye;
 * what they stand beside, or the label of their button, says it for screen readers. */
import {
  AimOutlined, AreaChartOutlined, BankOutlined, BarChartOutlined, BellOutlined, CalendarOutlined, CheckSquareOutlined, CloseOutlined, ColumnHeightOutlined,
  CopyOutlined, DatabaseOutlined, DisconnectOutlined, DownOutlined, ExperimentOutlined, ExportOutlined, FileDoneOutlined, FileProtectOutlined, AuditOutlined, FileSearchOutlined,
  FolderOpenOutlined, HomeOutlined, ImportOutlined, InfoCircleOutlined, KeyOutlined, LockOutlined, LogoutOutlined, MailOutlined, MenuFoldOutlined, MenuUnfoldOutlined, NotificationOutlined,
  ProfileOutlined, QuestionCircleOutlined, ReadOutlined, ReloadOutlined, SearchOutlined, SettingOutlined, SwapOutlined, TeamOutlined, UserOutlined, WarningOutlined,
} from "@ant-design/icons";

const icons = {
  account: UserOutlined,
  audit: AuditOutlined,
  bell: BellOutlined,
  calendar: CalendarOutlined,
  call: NotificationOutlined,
  check: FileProtectOutlined,
  centre: BankOutlined,
  close: CloseOutlined,
  copy: CopyOutlined,
  database: FolderOpenOutlined,
  density: ColumnHeightOutlined,
  down: DownOutlined,
  evaluate: BarChartOutlined,
  expert: TeamOutlined,
  export: ExportOutlined,
  fold: MenuFoldOutlined,
  help: QuestionCircleOutlined,
  home: HomeOutlined,
  import: ImportOutlined,
  info: InfoCircleOutlined,
  key: KeyOutlined,
  landscape: AreaChartOutlined,
  lock: LockOutlined,
  match: AimOutlined,
  messages: MailOutlined,
  offline: DisconnectOutlined,
  patent: ProfileOutlined,
  persons: TeamOutlined,
  policy: ReadOutlined,
  project: ExperimentOutlined,
  records: DatabaseOutlined,
  reload: ReloadOutlined,
  report: FileDoneOutlined,
  search: FileSearchOutlined,
  settings: SettingOutlined,
  simulate: SwapOutlined,
  todo: CheckSquareOutlined,
  unfold: MenuUnfoldOutlined,
  warning: WarningOutlined,
  leave: LogoutOutlined,
  lens: SearchOutlined,
} as const;

export type IconName = keyof typeof icons;

export function Icon({ name, className }: { name: IconName; className?: string }) {
  const Drawn = icons[name];
  return <Drawn className={className} aria-hidden="true" aria-label={undefined} />;
}
