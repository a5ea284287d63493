import caseTexts from "./case.ts";
import common from "./common.ts";
import desk from "./desk.ts";
import draw from "./draw.ts";
import fields from "./fields.ts";
import form from "./form.ts";
import importTexts from "./import.ts";
import landscape from "./landscape.ts";
import match from "./match.ts";
import office from "./office.ts";
import patent from "./patent.ts";
import portal from "./portal.ts";
import records from "./records.ts";
import search from "./search.ts";
import shell from "./shell.ts";
import signin from "./signin.ts";
import topic from "./topic.ts";

export default { ...common, ...shell, ...signin, ...topic, ...desk, ...search, ...patent, ...match, ...importTexts, ...landscape, ...draw, ...fields, ...form, ...office, ...portal, ...records, ...caseTexts };
