import { plain } from './escape.ts'
import { middleCut } from './wrap.ts'

export function withoutArn(id: string): string {
  return id.replace(/^arn:[^/]*\/(?=.)/, '')
}

type Form = (text: string) => string

const VERSION = [/-v1(?::0)?$/, /:0$/]
const DATE = /-20\d{6}(?=$|-v)/
const PREFIX = /^(?:global|apac|us-gov|[a-z]{2})\.(?=\w+\.)/
/** The maker, behind the prefix. It stays before what is no name without it: `deepseek.r1`. */
const MAKER = /^((?:(?:global|apac|us-gov|[a-z]{2})\.(?=\w+\.))?)\w+\.(?=[a-z]{3})/

/** What an id ends in, without what these match. */
function without(...parts: readonly RegExp[]): Form {
  const shorten = (name: string) =>
    parts.reduce((text, part) => text.replace(part, (_, kept) => (typeof kept === 'string' ? kept : '')), name)
  return (id) => withoutArn(id).replace(/[^/]*$/, shorten)
}

const MODEL_FORMS: readonly Form[] = [
  without(...VERSION, DATE, PREFIX, MAKER),
  without(...VERSION, DATE, MAKER),
  without(...VERSION, PREFIX, MAKER),
  without(...VERSION, MAKER),
  withoutArn,
  (id) => id,
]

/** Ways to write what else a report is grouped by: of an ARN its name, with its type; of an hour the offset only where it takes that. */
const FORMS: readonly Form[] = [
  (text) => withoutArn(text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?:Z|[+-]\d\d:\d\d)/, '$1 $2')),
  (text) => text.replace(/^arn:.*:(?=.)/, ''),
  (text) => text,
]

/** Short names for values (safe to show), each in the first form in which no two read alike; those `given` stay as they are. */
export function shortNames(name: string, values: readonly string[], given?: ReadonlySet<string>): string[] {
  const forms = name === 'model' ? MODEL_FORMS : FORMS
  const last = forms.length - 1
  const chosen = new Map(values.map((value) => [value, given?.has(value) ? last : 0]))
  const formOf = (value: string) => chosen.get(value) ?? last
  const write = (value: string) => forms[formOf(value)]?.(value) ?? value
  for (;;) {
    const alike = new Map<string, string[]>()
    for (const value of chosen.keys()) {
      const own = alike.get(write(value))
      if (own) own.push(value)
      else alike.set(write(value), [value])
    }
    const clashes = [...alike.values()].filter((own) => own.length > 1 && own.some((value) => formOf(value) < last))
    if (clashes.length === 0) return values.map(write)
    for (const own of clashes) {
      const next = Math.max(...own.map(formOf)) + 1
      const tells = (form: Form, index: number) => index >= next && new Set(own.map(form)).size === own.length
      // What tells all of them apart, or else one form more, which tells some.
      const found = forms.slice(0, -1).findIndex(tells)
      for (const value of own) chosen.set(value, Math.min(last, found === -1 ? next : found))
    }
  }
}

/** Short names of models within a width. The middle of one that is too long is left out. */
export function modelLabels(ids: readonly string[], width: number, ellipsis: string): string[] {
  const clean = ids.map((id) => plain(id) || '–')
  return shortNames('model', clean).map((label) => middleCut(label, width, ellipsis))
}
