import type { Command } from '@smithy/core/client'
import { NormalizedSchema, operation } from '@smithy/core/schema'

/** What the SDK's model says of a command's operation: an object, or the list that `operation` makes one of. */
export type CommandSchema = Command<object, object, object>['schema']

/** What came, beside what the SDK has read out of it. */
export interface Received {
  output: unknown
  /** Undefined where it was not read as a whole: an object of S3. */
  body?: Uint8Array | undefined
}

/**
 * Whether an answer is one that the operation's model allows. The SDK takes an empty body, `null` and a list in place of a
 * structure for an answer without members, and hands on what stands in the JSON, whatever its type: what is missing would
 * count as not existing, and a list that is none would be a fault far from its cause. True for commands without a schema.
 */
export function hasItsShape({ schema }: { schema?: CommandSchema | undefined }, { output, body }: Received): boolean {
  if (schema === undefined) return true
  const model = NormalizedSchema.of(outputOf(schema))
  const json = body && hasBody(model) ? objectIn(body, schema) : undefined
  if (json === 'none') return false
  const found = { hollow: false }
  if (!conforms(model, output, isValueOf, found) || !hasRequired(model, output)) return false
  // Only what came tells a structure without members from what the SDK reads as one.
  return !found.hollow || !json || conforms(model, json(), () => true)
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
const QUERY_SERVICES = /\.(iam|sns|sts)$/

/** JSON as it came, to be parsed where that is worth it; nothing for XML; 'none' where it is neither an object nor an element. */
function objectIn(body: Uint8Array, schema: NonNullable<CommandSchema>): (() => unknown) | undefined | 'none' {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const [first] = text.toString('utf8', 0, MOST_BEFORE).trimStart()
  if (first === '{') return () => JSON.parse(text.toString('utf8'))
  if (first !== '<') return 'none'
  const [namespace, name] = Array.isArray(schema) ? [schema[1], schema[2]] : [schema.namespace, schema.name]
  return QUERY_SERVICES.test(namespace) && !text.includes(`<${name}Result`) ? 'none' : undefined
}

/** Characters within which an answer begins, whatever blanks stand before it. */
const MOST_BEFORE = 1_000

/** As the SDK writes a structure down: kind, namespace, name, traits, names of members, their models, how many are required. */
type StructureModel = readonly [unknown, unknown, unknown, unknown, readonly string[], unknown, number?]

/** Those that the model calls required stand first among its members. Of the structures within, AWS leaves some out. */
function hasRequired(model: NormalizedSchema, output: unknown): boolean {
  if (!model.isStructSchema()) return true
  const [, , , , names, , required = 0] = model.getSchema() as unknown as StructureModel
  const members = output as Record<string, unknown>
  return names.slice(0, required).every((name) => (members[name] ?? undefined) !== undefined)
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
  if (schema.isTimestampSchema()) return value instanceof Date || isA('Date', value)
  if (schema.isNumericSchema()) return typeof value === 'number'
  return true
}

/** By the brand, which holds for objects of another realm too. */
function isA(kind: 'String' | 'Date', value: unknown): boolean {
  return Object.prototype.toString.call(value) === `[object ${kind}]`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
