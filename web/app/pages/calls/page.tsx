import { OpenCalls } from "./apply.tsx";

export default OpenCalls;
