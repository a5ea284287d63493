/* What a field of a form is, whichever resource describes it: a record type, a step of a case, a beginning. */
export interface Field {
  name: string;
  label: string;
  type?: string; // absent: text
  coded?: boolean; // a text that holds the code of a word of the policies, or of a role
  required?: boolean;
  hint?: string;
  unit?: string;
  currency?: string; // of money: the field of the same form that holds the currency; absent: yuan
  min?: unknown; // of a date: its first day
  max?: unknown; // of a text its length, of a date its last day
  places?: number;
  many?: boolean;
  choices?: readonly { code: string; label: string; pack?: string }[]; // pack: the policy whose word it is
  to?: string; // the type that a ref points to
  level?: string; // of a region
  accept?: readonly string[]; // extensions of files
  secrecy?: string; // the level that reading it needs
  organisation?: string; // of a name: the field beside it with the organisation's code
  digest?: boolean; // a text that holds the SHA-256 of a file
  segments?: boolean; // an enum whose values are shown side by side: other fields hang on it
  later?: string; // the action that needs it
  fields?: readonly Field[]; // of a table's rows
  listed?: string; // the column of which each row has another of its words
  total?: { column: string; is?: string; at_most?: string }; // what a column of the rows adds up to
  value?: unknown; // prefilled
  source?: { label: string; date?: string; type?: string; id?: number }; // of the prefilled value
}
