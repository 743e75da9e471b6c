import type { Command } from '@smithy/core/client'
import { NormalizedSchema, operation } from '@smithy/core/schema'
import { isRecord } from '../core/diff.ts'
import { lackingMember, lackingRoot } from './due-members.ts'

/** What the SDK's model says of a command's operation: an object, or the list that `operation` makes one of. */
export type CommandSchema = Command<object, object, object>['schema']

export interface Received {
  output: unknown
  /** Undefined where it was not read as a whole: an object of S3. */
  body?: Uint8Array | undefined
}

/** What is wrong with an answer: a member that it must have, in words, or its shape. */
export type Oddity = { lacks: string } | 'shape'

/** What an answer has that the model does not allow, or lacks of what AWS always says: the SDK reads that as not existing. */
export function oddityOf(
  { schema }: { schema?: CommandSchema | undefined },
  { output, body }: Received,
): Oddity | undefined {
  if (schema === undefined) return undefined
  const model = NormalizedSchema.of(outputOf(schema))
  const { namespace, name } = nameOf(schema)
  const [, service = namespace] = /\.([^.]*)$/.exec(namespace) ?? []
  const call = `${service}:${name}`
  const came = body && hasBody(model) ? readBody(body, service, name) : undefined
  if (came === 'none') return 'shape'
  const found = { hollow: false }
  if (!conforms(model, output, isValueOf, found)) return 'shape'
  const lacks = lackingRequired(model, output) ?? lackingMember(call, output) ?? came?.lacks
  if (lacks !== undefined) return { lacks }
  // Only what came tells a structure without members from what the SDK reads as one.
  return !found.hollow || !came?.json || conforms(model, came.json(), () => true) ? undefined : 'shape'
}

function outputOf(schema: NonNullable<CommandSchema>) {
  if (!Array.isArray(schema)) return schema.output
  const [, ...parts] = schema
  return operation(...parts).output
}

/** Whether something of an answer stands in its body; the rest stands in headers. What streams may be of no bytes at all. */
function hasBody(model: NormalizedSchema): boolean {
  if (!model.isStructSchema()) return false
  for (const [, member] of model.structIterator()) {
    const traits = member.getMergedTraits()
    const inHeader = traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined
    if (!inHeader && traits.streaming === undefined) return true
  }
  return false
}

/** IAM, SNS and STS wrap the members of an answer into an element of the operation's name. */
const QUERY_SERVICES = new Set(['iam', 'sns', 'sts'])

interface Came {
  json?: () => unknown
  lacks?: string | undefined
}

/** 'none' where it is neither an object nor an element. */
function readBody(body: Uint8Array, service: string, name: string): Came | 'none' {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const start = text.toString('utf8', 0, MOST_BEFORE)
  const [first] = start.trimStart()
  if (first === '{') return { json: () => JSON.parse(text.toString('utf8')) }
  if (first !== '<') return 'none'
  if (QUERY_SERVICES.has(service) && !text.includes(`<${name}Result`)) return 'none'
  return { lacks: lackingRoot(`${service}:${name}`, start) }
}

function nameOf(schema: CommandSchema & object): { namespace: string; name: string } {
  return Array.isArray(schema) ? { namespace: schema[1], name: schema[2] } : schema
}

/** Characters within which an answer begins, whatever blanks stand before it. */
const MOST_BEFORE = 1_000

/** A structure as the SDK writes it down; 3 says that it is one, and last stands how many of its members are required. */
type StaticStructure = Extract<ReturnType<NormalizedSchema['getSchema']>, [3, ...unknown[]]>

/** One that the model calls required. They stand first among the members. Of the structures within, AWS leaves some out. */
function lackingRequired(model: NormalizedSchema, output: unknown): string | undefined {
  if (!model.isStructSchema()) return undefined
  const [, , , , names, , required = 0] = model.getSchema() as StaticStructure
  const members = output as Record<string, unknown>
  return names.slice(0, required).find((name) => (members[name] ?? undefined) === undefined)
}

/** Members that are missing are nothing to complain of; those that nobody knows neither. */
function conforms(
  schema: NormalizedSchema,
  value: unknown,
  isValue: (schema: NormalizedSchema, value: unknown) => boolean,
  found?: { hollow: boolean },
): boolean {
  if (value === undefined || value === null) return true
  if (schema.isListSchema()) {
    const item = schema.getValueSchema()
    const mayHaveHoles = schema.getMergedTraits().sparse !== undefined
    return (
      Array.isArray(value) &&
      value.every((each) => ((each ?? undefined) === undefined ? mayHaveHoles : conforms(item, each, isValue, found)))
    )
  }
  if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    return isRecord(value) && Object.values(value).every((each) => conforms(member, each, isValue, found))
  }
  if (schema.isStructSchema()) {
    if (!isRecord(value)) return false
    if (found && Object.keys(value).length === 0) found.hollow = true
    for (const [name, member] of schema.structIterator())
      if (!conforms(member, value[name], isValue, found)) return false
    return true
  }
  return isValue(schema, value)
}

function isValueOf(schema: NormalizedSchema, value: unknown): boolean {
  // JSON inside a string comes as a String object with a method to parse it.
  if (schema.isStringSchema()) return typeof value === 'string' || isA('String', value)
  if (schema.isBooleanSchema()) return typeof value === 'boolean'
  // The SDK makes an Invalid Date of a number that no calendar has, which throws wherever it is written down.
  if (schema.isTimestampSchema()) return isA('Date', value) && Number.isFinite((value as Date).getTime())
  if (schema.isNumericSchema()) return Number.isFinite(value)
  return true
}

function isA(kind: 'String' | 'Date', value: unknown): boolean {
  return Object.prototype.toString.call(value) === `[object ${kind}]`
}
