import { saysTheSame } from './canonical.ts'
import { normalize, type PolicyDocument, type Statement } from './policy.ts'

type Json = Record<string, unknown>

/**
 * The ends of the Sids of statements that we put into a policy that was there before us: whoever has used one of our Sids
 * himself keeps his statement. The second one tells, once ours are taken out, that his stood by itself, outside a list.
 */
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

/** The document without the statements that we put into it, written as it was before. */
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
