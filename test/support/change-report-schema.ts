import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(new URL('../../src/schema/change-report.schema.json', import.meta.url), 'utf8')),
)

/** What is wrong with a change report, as it is printed, by the published schema; nothing is right. */
export function changeReportFaults(report: unknown): string[] {
  const printed = JSON.parse(JSON.stringify(report))
  return validate(printed) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}
