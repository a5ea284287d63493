// validate.mjs: is the description on standard input a valid OpenAPI 3.1 document, with nothing named that is not there?
// By a validator that is not ours.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(0, "utf8")));
if (!result.valid) {
  console.error(JSON.stringify(result.errors, null, 1).slice(0, 4000));
  process.exit(1);
}
validator.resolveRefs();
console.log(`valid OpenAPI ${validator.version}`);
