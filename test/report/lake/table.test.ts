import { expect, test } from '@jest/globals'
import { lakeDdl } from '../../../generate/lake-ddl.ts'
import { LAKE_COLUMNS, LAKE_PARTITIONS, LAKE_SERDE, lakeProjection } from '../../../src/report/lake/table.ts'
import { FIELDS } from '../../../src/report/scan/fields.ts'

const FOLDERS = {
  bucket: 'logs',
  keyPrefix: 'bedrock-logs',
  accounts: ['222222222222', '111111111111', '222222222222'],
  regions: ['us-east-1', 'eu-west-1'],
}

/** The names of the record that a column's type can read, as paths; a list's elements stand at `[]`, or without a list. */
function pathsOf(type: string, at: string): string[] {
  const inner = /^(?:array|struct)<(.*)>$/.exec(type)?.[1]
  if (inner === undefined) return [at]
  if (type.startsWith('array')) return [...pathsOf(inner, at), ...pathsOf(inner, `${at}.[]`)]
  return membersOf(inner).flatMap(([name, of]) => pathsOf(of, `${at}.${keyOf(name)}`))
}

function membersOf(inner: string): [name: string, type: string][] {
  const members: [string, string][] = []
  let [depth, start] = [0, 0]
  for (let at = 0; at <= inner.length; at += 1) {
    if (inner[at] === '<') depth += 1
    if (inner[at] === '>') depth -= 1
    if (at < inner.length && (inner[at] !== ',' || depth > 0)) continue
    const [name = '', ...type] = inner.slice(start, at).split(':')
    members.push([name, type.join(':')])
    start = at + 1
  }
  return members
}

const SERDE: Readonly<Record<string, string>> = LAKE_SERDE
const keyOf = (name: string) => SERDE[`mapping.${name}`] ?? name
const PATHS = LAKE_COLUMNS.flatMap(({ name, type }) => pathsOf(type, keyOf(name)))

test('every field of a record that a report reads is in the table, but for the contents of images', () => {
  const readable = new Set(PATHS)
  const lacking = Object.entries(FIELDS).flatMap(([field, paths]) =>
    paths
      .map((path) => path.replace('[last]', '[]').replace(/\.\{.*\}$|\.[?#]$/, ''))
      // Whether there is a body, and how many of something, the struct or list itself tells.
      .filter((path) => !readable.has(path) && !PATHS.some((known) => known.startsWith(`${path}.`)))
      // A tier is text in one column, whether it is a word or an object.
      .filter((path) => !readable.has(path.replace(/\.type$/, '')))
      .map((path) => `${field}: ${path}`),
  )
  expect(lacking).toEqual(['images: output.outputBodyJson.images', 'artifacts: output.outputBodyJson.artifacts'])
})

test('no column holds what a caller or a model said', () => {
  const texts = LAKE_COLUMNS.flatMap(({ name, type }) => textsOf(type, keyOf(name)))
  const ofBodies = [...new Set(texts.filter((path) => path.includes('BodyJson')).map((path) => path.split('.').at(-1)))]
  expect(ofBodies.sort()).toEqual(['invokedModelId', 'latency', 'serviceTier', 'service_tier', 'ttl'])
})

function textsOf(type: string, at: string): string[] {
  if (!/[<>]/.test(type)) return type === 'string' ? [at] : []
  const inner = /^(?:array|struct)<(.*)>$/.exec(type)?.[1] ?? ''
  if (type.startsWith('map')) return []
  if (type.startsWith('array')) return textsOf(inner, at)
  return membersOf(inner).flatMap(([name, of]) => textsOf(of, `${at}.${keyOf(name)}`))
}

test('names are those of Hive, each of them once, and every one of the record is mapped by its case', () => {
  const names = [...LAKE_COLUMNS, ...LAKE_PARTITIONS].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, type } of LAKE_COLUMNS) expect(`${name} ${type}`).toMatch(/^[a-z0-9_]+ [a-z0-9_<>:,]+$/)
  expect(LAKE_SERDE).toMatchObject({
    'case.insensitive': 'false',
    'mapping.accountid': 'accountId',
    'mapping.answered': 'output',
    'mapping.invocationmetrics': 'amazon-bedrock-invocationMetrics',
  })
  expect(LAKE_SERDE).not.toHaveProperty(['mapping.output'])
})

test('accounts and Regions are projected once each, and a prefix may be empty', () => {
  expect(lakeProjection(FOLDERS)).toMatchObject({
    'projection.account.values': '111111111111,222222222222',
    'projection.aws_region.values': 'eu-west-1,us-east-1',
    'storage.location.template':
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Athena's own placeholders
      's3://logs/bedrock-logs/AWSLogs/${account}/BedrockModelInvocationLogs/${aws_region}/${day}/',
  })
  expect(lakeProjection({ ...FOLDERS, keyPrefix: '' })['storage.location.template']).toMatch(/^s3:\/\/logs\/AWSLogs\//)
})

test('the statement has all columns, partitions and properties', () => {
  const ddl = lakeDdl(FOLDERS)
  for (const { name, type } of [...LAKE_COLUMNS, ...LAKE_PARTITIONS]) expect(ddl).toContain(`\`${name}\` ${type}`)
  for (const [name, value] of Object.entries({ ...LAKE_SERDE, ...lakeProjection(FOLDERS) })) {
    expect(ddl).toContain(`'${name}'='${value}'`)
  }
})
