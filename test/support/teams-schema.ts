import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const schema = JSON.parse(readFileSync(new URL('../../src/schema/teams.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(schema)

/** What is wrong with a check of teams by the published schema; nothing is right. */
export function teamsSchemaFaults(check: unknown): string[] {
  return validate(check) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}
