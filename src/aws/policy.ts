import { saysTheSame } from './canonical.ts'
import { parseDocument } from './document.ts'
import { matches } from './wildcard.ts'

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

/** A policy document as it stands: each statement as it was written, and whatever else the document says of itself. */
export interface PolicyDocument {
  Version?: string
  Id?: string
  Statement: Json[]
}

/** The document that AWS takes, made of statements of ours alone. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/**
 * A policy document of which others may have written parts. No document is one without statements. Throws an error of kind
 * `aws` for one that cannot be read.
 */
export function readPolicy(document: string | undefined): PolicyDocument {
  if (document === undefined || document === '') return { Version: '2012-10-17', Statement: [] }
  const { Statement: statements, ...head } = parseDocument(decoded(document), 'a policy')
  return { ...head, Statement: [statements ?? []].flat().filter(isObject) }
}

/** The statements of a document in the form in which they can be judged. */
export function statementsOf({ Statement: statements }: PolicyDocument): Statement[] {
  return statements.map(normalize)
}

/**
 * The document with our statements in it. What stands under one of our Sids takes our form, unless it says the same already;
 * all else stays as it was written. A statement that says just what one of ours does gives way to it.
 */
export function withStatements(document: PolicyDocument, own: readonly Statement[]): PolicyDocument {
  const left = [...own]
  const kept = document.Statement.flatMap((standing) => {
    const index = left.findIndex((one) => isSame(standing, one))
    if (index < 0) return own.some((one) => isSame(standing, one)) ? [] : [standing]
    const [ours] = left.splice(index, 1)
    return ours && saysTheSame(normalize(standing), normalize(ours as Json)) ? [standing] : [ours as Json]
  })
  return { ...document, Statement: [...kept, ...(left as Json[])] }
}

/** The document without the statements that carry one of these Sids. */
export function withoutStatements(document: PolicyDocument, sids: readonly string[]): PolicyDocument {
  return { ...document, Statement: document.Statement.filter(({ Sid }) => !sids.includes(String(Sid))) }
}

/** The same statement, as its Sid says, or as all the rest says. */
function isSame(standing: Json, own: Statement): boolean {
  if (standing.Sid === own.Sid) return true
  const { Sid: _, ...said } = normalize(standing)
  const { Sid: __, ...rest } = normalize(own as Json)
  return saysTheSame(said, rest)
}

/**
 * The statements of a policy document as AWS gives it, `IAM`'s URL-encoding included. No document has none. Throws an error
 * of kind `aws` for one that cannot be read.
 */
export function parsePolicy(document: string | undefined): Statement[] {
  return statementsOf(readPolicy(document))
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

/** Condition keys, in small letters, and what a request carries for them. */
export type RequestContext = Readonly<Record<string, string | undefined>>

/**
 * Whether a statement applies to a service that calls an action. What cannot be judged (operators and keys that are not known)
 * counts as met in an `Allow` and as not met in a `Deny`: nothing is called forbidden that may be allowed.
 */
export function speaksOf(statement: Statement, service: string, action: string, context: RequestContext): boolean {
  return isFor(statement, service) && isAbout(statement, action) && isMet(statement, context)
}

/** Whether a statement names a service, or everybody. */
export function isFor({ Principal }: Statement, service: string): boolean {
  if (Principal === undefined) return false
  if (Principal === '*') return true
  const named = [...(Principal.Service ?? []), ...(Principal.AWS ?? [])]
  return named.some((name) => name === '*' || name === service)
}

function isAbout({ Action, NotAction }: Statement, action: string): boolean {
  const names = (list: unknown) =>
    (Array.isArray(list) ? list : []).some((one) => matches(String(one).toLowerCase(), action.toLowerCase()))
  return Action === undefined ? !names(NotAction) : names(Action)
}

function isMet({ Effect, Condition = {} }: Statement, context: RequestContext): boolean {
  const inDoubt = Effect === 'Allow'
  return Object.entries(Condition).every(([operator, keys]) => {
    const [, not] = /^(?:String|Arn)(Not)?(?:Equals|Like)(?:IgnoreCase)?(?:IfExists)?$/.exec(operator) ?? ['?', '?']
    return Object.entries(keys).every(([key, values]) => {
      const name = key.toLowerCase()
      if (not === '?' || !Object.hasOwn(context, name)) return inDoubt
      const given = context[name]
      const matched = given !== undefined && values.some((value) => matches(value, given))
      return matched === (not === undefined)
    })
  })
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
