import { parseDocument } from './document.ts'

/** A policy statement in one form: lists are lists, sorted, so that two writings of the same statement are equal. */
export interface Statement {
  Sid?: string
  Effect: string
  Principal?: Record<string, string[]> | '*'
  Action: string[]
  Resource?: string[]
  Condition?: Record<string, Record<string, string[]>>
  [other: string]: unknown
}

type Json = Record<string, unknown>

/** The document that AWS takes. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/**
 * The statements of a policy document as AWS gives it, `IAM`'s URL-encoding included. No document has none. Throws an error
 * of kind `aws` for one that cannot be read.
 */
export function parsePolicy(document: string | undefined): Statement[] {
  if (document === undefined || document === '') return []
  const { Statement: statements } = parseDocument(decoded(document), 'a policy')
  return [statements ?? []].flat().filter(isObject).map(normalize)
}

function decoded(document: string): string {
  if (document.trimStart().startsWith('{')) return document
  try {
    return decodeURIComponent(document)
  } catch {
    return document
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

/** True when the statement is for this service principal and for nobody else. */
export function isForService(statement: Statement, service: string): boolean {
  const { Principal } = statement
  if (Principal === undefined || Principal === '*') return false
  return Object.keys(Principal).join() === 'Service' && Principal.Service?.join() === service
}

function normalize(raw: Json): Statement {
  const statement: Json = { ...raw, Effect: raw.Effect }
  for (const key of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (raw[key] !== undefined) statement[key] = list(raw[key])
  }
  if (typeof raw.Principal === 'object' && raw.Principal !== null) statement.Principal = eachList(raw.Principal)
  if (isObject(raw.Condition)) {
    const operators = Object.entries(raw.Condition).filter(([, keys]) => isObject(keys))
    statement.Condition = Object.fromEntries(operators.map(([operator, keys]) => [operator, eachList(keys as Json)]))
  }
  return statement as Statement
}

function eachList(value: object): Record<string, string[]> {
  return Object.fromEntries(Object.entries(value).map(([key, values]) => [key, list(values)]))
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String).sort()
}
