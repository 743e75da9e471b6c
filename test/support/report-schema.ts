import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false })
// The package is CommonJS: its default export is the module.
const addFormats = formats as unknown as (instance: Ajv2020) => void
addFormats(ajv)
const validate = ajv.compile(
  JSON.parse(readFileSync(new URL('../../src/schema/report.schema.json', import.meta.url), 'utf8')),
)

/** What is wrong with a report by the published schema; nothing is right. */
export function schemaFaults(report: unknown): string[] {
  return validate(report) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}
