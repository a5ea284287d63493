/* A button; `loading` while what it began is under way. */
export { Button } from "antd";
