import { AppError } from '../core/errors.ts'
import { saysTheSame } from './canonical.ts'
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

/** A policy document as it stands: each statement as it was written, and whatever else the document says of itself. */
export interface PolicyDocument {
  Version?: string
  Id?: string
  /** One that stands by itself need not be in a list: it is left as it was written. */
  Statement: Json[] | Json
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
  // AWS takes none without: what answers so is not what stands.
  if (statements === undefined) throw lacksStatements()
  const isOne = isObject(statements) && !Array.isArray(statements)
  return { ...head, Statement: isOne ? statements : [statements].flat().filter(isObject) }
}

function lacksStatements(): AppError {
  return new AppError('aws', 'MalformedDocument', 'a policy is without its statements', {
    hint: 'check whether a proxy, or --endpoint-url, leads to something that is not AWS, then run it again',
  })
}

/** The statements of a document in the form in which they can be judged. */
export function statementsOf({ Statement: statements }: PolicyDocument): Statement[] {
  return [statements].flat().map(normalize)
}

/** Whether nothing stands in a document. */
export function isEmpty({ Statement: statements }: PolicyDocument): boolean {
  return Array.isArray(statements) && statements.length === 0
}

/**
 * The document of a thing of ours with our statements in it. What stands under one of our Sids takes our form, unless it says
 * the same already; all else stays as it was written. A statement that says just what one of ours does gives way to it.
 */
export function withStatements(document: PolicyDocument, own: readonly Statement[]): PolicyDocument {
  const left = [...own]
  const kept = [document.Statement].flat().flatMap((standing) => {
    const index = left.findIndex((one) => isSame(standing, one))
    if (index < 0) return own.some((one) => isSame(standing, one)) ? [] : [standing]
    const [ours] = left.splice(index, 1)
    return saysTheSame(normalize(standing), normalize(ours as Json)) ? [standing] : [ours as Json]
  })
  return { ...document, Statement: [...kept, ...(left as Json[])] }
}

/** The document of a thing of ours without the statements that carry one of these Sids. */
export function withoutStatements(document: PolicyDocument, sids: readonly string[]): PolicyDocument {
  const left = [document.Statement].flat().filter(({ Sid }) => !sids.includes(String(Sid)))
  return { ...document, Statement: left }
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

/** A statement in the one form. */
export function normalize(raw: Json): Statement {
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
