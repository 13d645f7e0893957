// Writes the types of the hub's OpenAPI document on standard input into a folder: a file for each
// tag of its routes, `everywhere.ts` for what several tags use, `index.ts` for all of them.
//     npm run types
// Ours because the usual generator does not know TypeScript 6 yet, and the document needs little.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const { components, paths } = JSON.parse(readFileSync(0, 'utf8'));
const EVERYWHERE = 'everywhere';

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

function declaration(name) {
  const schema = components.schemas[name];
  return schema.properties
    ? `export interface ${name} ${object(schema)}`
    : alias(name, type(schema));
}

/** The names of the schemas that a part of the document refers to. */
function named(part) {
  const found = new Set();
  JSON.stringify(part, (key, value) => {
    if (key === '$ref') found.add(value.split('/').at(-1));
    return value;
  });
  return found;
}

/** The tags of the routes that say or hear each schema, also inside another. */
function tagged() {
  const tags = new Map(Object.keys(components.schemas).map((name) => [name, new Set()]));
  function reach(name, tag) {
    if (tags.get(name).has(tag)) return;
    tags.get(name).add(tag);
    for (const inner of named(components.schemas[name])) reach(inner, tag);
  }
  for (const operation of Object.values(paths).flatMap(Object.values))
    for (const name of named(operation)) for (const tag of operation.tags) reach(name, tag);
  return tags;
}

/** Which file holds each schema. */
function homes() {
  const sole = ([name, tags]) => [name, tags.size === 1 ? [...tags][0] : EVERYWHERE];
  return new Map([...tagged()].map(sole));
}

function imports(names, home, file) {
  const foreign = new Set(names.flatMap((name) => [...named(components.schemas[name])]));
  const wanted = [...foreign].filter((name) => home.get(name) !== file).sort();
  if (wanted.length === 0) return [];
  const line = `import type { ${wanted.join(', ')} } from './${EVERYWHERE}.ts';`;
  return line.length <= 100
    ? [line]
    : [`import type {\n  ${wanted.join(',\n  ')},\n} from './${EVERYWHERE}.ts';`];
}

function write(file, ...blocks) {
  const head = "/** Written by api-types.mjs from the hub's OpenAPI document. */";
  writeFileSync(`${folder}/${file}.ts`, `${[head, ...blocks].join('\n\n')}\n`);
}

const home = homes();
const files = [...new Set(home.values())].sort();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const file of files) {
  const names = [...home.keys()].filter((name) => home.get(name) === file).sort();
  write(file, ...imports(names, home, file), ...names.map(declaration));
}
write('index', files.map((file) => `export type * from './${file}.ts';`).join('\n'));
