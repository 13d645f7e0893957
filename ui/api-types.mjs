// Writes src/lib/api/schema.ts from the hub's OpenAPI document on standard input:
//     npm run types
// Ours because the usual generator does not know TypeScript 6 yet, and the document needs little.
import { readFileSync } from 'node:fs';

const { components } = JSON.parse(readFileSync(0, 'utf8'));

function type(schema) {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const).replaceAll('"', "'");
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return [...new Set(either.map(type))].join(' | ');
  switch (schema.type) {
    case 'array':
      return array(schema);
    case 'object':
      if (schema.properties) return object(schema);
      return `Record<${key(schema)}, ${type(schema.additionalProperties ?? {})}>`;
    case 'integer':
      return 'number';
    case undefined:
      return 'unknown';
    default:
      return schema.type;
  }
}

function array({ prefixItems, items }) {
  if (prefixItems) return `[${prefixItems.map(type).join(', ')}]`;
  const inner = type(items ?? {});
  return inner.includes(' ') && !inner.startsWith('[') ? `(${inner})[]` : `${inner}[]`;
}

function key({ propertyNames }) {
  return propertyNames ? type(propertyNames) : 'string';
}

function object({ properties, required = [] }) {
  const lines = Object.entries(properties).map(
    ([name, schema]) => `  ${name}${required.includes(name) ? '' : '?'}: ${type(schema)};`,
  );
  return `{\n${lines.join('\n')}\n}`;
}

function alias(name, text) {
  const line = `export type ${name} = ${text};`;
  return line.length <= 100
    ? line
    : `export type ${name} =\n  | ${text.split(' | ').join('\n  | ')};`;
}

const written = Object.entries(components.schemas)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, schema]) =>
    schema.properties ? `export interface ${name} ${object(schema)}` : alias(name, type(schema)),
  );
const head = "/** Written by api-types.mjs from the hub's OpenAPI document. */";
process.stdout.write(`${[head, ...written].join('\n\n')}\n`);
