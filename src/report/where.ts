import { usageError } from '../core/errors.ts'

/** What of the use is asked for: patterns by the name of a grouping. One of its patterns has to fit, for each of the names. */
export type Where = Readonly<Record<string, readonly string[]>>

/**
 * What `KEY=GLOB` says, each time it was given; what has no key is another pattern of the one before, as in `model=a*,b*`.
 * @throws a usage error for what begins without a key, and for what no query can hold
 */
export function parseWhere(texts: readonly string[]): Where | undefined {
  const where = new Map<string, string[]>()
  let key = ''
  for (const text of texts) {
    const [, own, glob = text] = /^([^=]+)=(.*)$/su.exec(text) ?? []
    key = own ?? key
    if (key === '' || text.startsWith('=') || /\p{Cc}/u.test(text)) {
      throw usageError(`--where is '${text}': not KEY=GLOB`, 'pass a key and a pattern, such as model=*claude*')
    }
    where.set(key, [...(where.get(key) ?? []), glob])
  }
  return texts.length === 0 ? undefined : Object.fromEntries(where)
}

/** `model=*claude*,*nova* region=us-*` */
export function whereText(where: Where): string {
  return Object.entries(where)
    .map(([key, globs]) => `${key}=${globs.join()}`)
    .join(' ')
}

/** Whether a value fits: `*` is anything, `?` one character, and the case of letters does not matter. Nothing is asked: all do. */
export function fitter(globs: readonly string[] | undefined): (value: string) => boolean {
  if (!globs) return () => true
  const pattern = new RegExp(globSource(globs), 'isu')
  const known = new Map<string, boolean>()
  return (value) => {
    const fits = known.get(value) ?? pattern.test(value)
    known.set(value, fits)
    return fits
  }
}

/** Whether what is told by these names fits; of a name that is not told, `''` is asked about. */
export function whereFitter(
  where: Where = {},
  names: readonly string[] = Object.keys(where),
): (of: Record<string, string>) => boolean {
  const fitters = names.map((name) => [name, fitter(where[name])] as const)
  return (of) => fitters.every(([name, fits]) => fits(of[name] ?? ''))
}

export function whereNamed(
  where: Where | undefined,
  accounts: readonly { id: string; name?: string | undefined }[] = [],
): Where | undefined {
  const globs = where?.account
  if (!globs) return where
  const fits = fitter(globs)
  const ids = accounts.filter(({ name }) => name !== undefined && fits(name)).map(({ id }) => id)
  return { ...where, account: [...globs, ...ids] }
}

/** The pattern of whole values, as JavaScript and Logs Insights both take it. */
export function globSource(globs: readonly string[]): string {
  const sources = globs.map((glob) => escaped(glob).replaceAll('\\*', '.*').replaceAll('\\?', '.'))
  return `^(?:${sources.join('|')})$`
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
