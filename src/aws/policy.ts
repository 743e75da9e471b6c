import { AppError } from '../core/errors.ts'
import { saysTheSame } from './canonical.ts'
import { NOT_AWS } from './fault.ts'
import { parseDocument } from './raw-json.ts'

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
  Statement: Json[] | Json
}

/** A policy document, of which others may have written parts. Throws an error of kind `aws` for one that cannot be read. */
export function readPolicy(document: string | undefined): PolicyDocument {
  if (document === undefined || document === '') return { Version: '2012-10-17', Statement: [] }
  const { Statement: statements, ...head } = parseDocument(decoded(document), 'a policy')
  // AWS takes none without: what answers so is not what stands.
  if (statements === undefined) {
    throw new AppError('aws', 'MalformedDocument', 'a policy has no statements', { hint: NOT_AWS })
  }
  const isOne = isObject(statements) && !Array.isArray(statements)
  return { ...head, Statement: isOne ? statements : [statements].flat().filter(isObject) }
}

/** The statements of a document in the form in which they can be judged. */
export function statementsOf({ Statement: statements }: PolicyDocument): Statement[] {
  return [statements].flat().map(normalize)
}

export function isEmpty({ Statement: statements }: PolicyDocument): boolean {
  return Array.isArray(statements) && statements.length === 0
}

/** A document of ours with our statements in it, in the place of those of their Sids or words; all else stays as written. */
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

export function withoutStatements(document: PolicyDocument, sids: readonly string[]): PolicyDocument {
  const left = [document.Statement].flat().filter(({ Sid }) => !sids.includes(String(Sid)))
  return { ...document, Statement: left }
}

function isSame(standing: Json, own: Statement): boolean {
  if (standing.Sid === own.Sid) return true
  const { Sid: _, ...said } = normalize(standing)
  const { Sid: __, ...rest } = normalize(own as Json)
  return saysTheSame(said, rest)
}

/** The statements of a document as AWS gives it, IAM's URL-encoding included. Throws as `readPolicy` does. */
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

/** The ends of the Sids of what we add to a policy of somebody's. The second tells that his statement stood outside a list. */
const ADDED = 'Added'
const BESIDE_ONE = 'BesideOne'

/** Somebody's document with our statements beside his. Nothing of his is changed, whatever Sids it carries. */
export function withAdded(document: PolicyDocument, own: readonly Statement[]): PolicyDocument {
  const { Statement: standing } = document
  const end = Array.isArray(standing) ? ADDED : BESIDE_ONE
  const all = [standing].flat()
  for (const one of own) {
    const index = all.findIndex((each) => isAdded(each, one))
    const Sid = index < 0 ? freeSid(all, `${one.Sid}${end}`) : all[index]?.Sid
    const ours: Json = { ...one, Sid }
    if (index < 0) all.push(ours)
    else if (!saysTheSame(normalize(all[index] ?? {}), normalize(ours))) all[index] = ours
  }
  return { ...document, Statement: all.length === 1 && !Array.isArray(standing) ? standing : all }
}

export function withoutAdded(document: PolicyDocument, own: readonly Statement[]): PolicyDocument {
  const { Statement: standing } = document
  if (!Array.isArray(standing)) return document
  const left = standing.filter((each) => !own.some((one) => isAdded(each, one)))
  const [only] = left
  const stoodAlone = standing.some((each) => !left.includes(each) && String(each.Sid).includes(BESIDE_ONE))
  return { ...document, Statement: only && left.length === 1 && stoodAlone ? only : left }
}

/** Whether we put a statement there: its Sid says so, and it says what ours does, be it of other resources (an earlier setup's). */
export function isAdded(standing: Json, own: Statement): boolean {
  const [begin, rest] = [String(own.Sid), String(standing.Sid)]
  if (!rest.startsWith(begin) || !/^(Added|BesideOne)\d*$/.test(rest.slice(begin.length))) return false
  return saysTheSame(saying(standing), saying(own as Json))
}

function saying(statement: Json): Json {
  const { Sid: _, Resource: __, ...said } = normalize(statement)
  return said
}

function freeSid(all: readonly Json[], sid: string): string {
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? sid : `${sid}${n}`
    if (!all.some(({ Sid }) => Sid === free)) return free
  }
}
