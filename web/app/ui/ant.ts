/* What rooms and pages use of Ant Design as it is. A button is `loading` while what it began is under way. */
export { Button, Checkbox, Dropdown, Popover, Switch, Tooltip } from "antd";
