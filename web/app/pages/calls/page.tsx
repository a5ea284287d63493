import { OpenCalls } from "../../parts/apply.tsx";

export default OpenCalls;
