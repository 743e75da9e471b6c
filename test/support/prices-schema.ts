import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const schema = JSON.parse(readFileSync(new URL('../../src/schema/prices.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(
  schema,
)

/** What is wrong with a list of prices by the published schema; nothing is right. */
export function pricesSchemaFaults(listing: unknown): string[] {
  return validate(listing) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}
