import type { Command } from '@smithy/core/client'
import { NormalizedSchema, operation } from '@smithy/core/schema'

/** What the SDK's model says of a command's operation: an object, or the list that `operation` makes one of. */
export type CommandSchema = Command<object, object, object>['schema']

/**
 * Whether an operation's answer has the shape that its model gives it. The SDK hands on what stands in the JSON, whatever its
 * type; without this check a list that is none would be a fault far from its cause. True for commands without a schema.
 */
export function hasItsShape({ schema }: { schema?: CommandSchema }, output: unknown): boolean {
  if (schema === undefined) return true
  return conforms(NormalizedSchema.of(outputOf(schema)), output)
}

function outputOf(schema: NonNullable<CommandSchema>) {
  if (!Array.isArray(schema)) return schema.output
  const [, ...parts] = schema
  return operation(...parts).output
}

/** Members that are missing are nothing to complain of; those that nobody knows neither. */
function conforms(schema: NormalizedSchema, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (schema.isListSchema()) {
    const item = schema.getValueSchema()
    const mayHaveHoles = schema.getMergedTraits().sparse !== undefined
    return (
      Array.isArray(value) &&
      value.every((each) => ((each ?? undefined) === undefined ? mayHaveHoles : conforms(item, each)))
    )
  }
  if (schema.isMapSchema()) {
    const member = schema.getValueSchema()
    return isRecord(value) && Object.values(value).every((each) => conforms(member, each))
  }
  if (schema.isStructSchema()) {
    if (!isRecord(value)) return false
    for (const [name, member] of schema.structIterator()) if (!conforms(member, value[name])) return false
    return true
  }
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
