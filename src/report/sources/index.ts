import { usageError } from '../../core/errors.ts'
import { groupsBy, isTimeGrouping, NAMED_AFTER, OF_TIME } from '../grouping.ts'
import { athena } from './athena/index.ts'
import { bill } from './bill/index.ts'
import { cur } from './cur/index.ts'
import { file } from './file/index.ts'
import { logs } from './logs/index.ts'
import { metrics } from './metrics/index.ts'
import { s3 } from './s3/index.ts'
import type { Source } from './source.ts'

/** Every source, the one that is asked by default first. Flags, completion, permissions and the library follow from it. */
export const SOURCES = [metrics, logs, s3, athena, bill, cur, file] as const

export type AnySource = (typeof SOURCES)[number]

/** What is no estimate but what AWS billed, and what is. The one that is asked by default first. */
export const BILLS: readonly AnySource[] = SOURCES.filter(isBill)
export const ESTIMATES: readonly AnySource[] = SOURCES.filter((source) => !isBill(source))

function isBill(source: AnySource): boolean {
  return 'isBill' in source && source.isBill
}

export type SourceSettings = Together<AnySource>
type Together<One> = (One extends Source<infer Settings> ? (settings: Settings) => void : never) extends (
  settings: infer All extends object,
) => void
  ? All
  : never

/** What `--by` takes; `metadata:` stands for `metadata:KEY`. */
export const GROUPINGS: readonly string[] = [
  ...new Set([...SOURCES.flatMap(({ groupings }) => groupings), ...NAMED_AFTER]),
  ...OF_TIME,
].sort((a, b) => Number(a.endsWith(':')) - Number(b.endsWith(':')))

export const GROUPING_WORDS: readonly string[] = GROUPINGS.map((name) => (name.endsWith(':') ? `${name}KEY` : name))

/** @throws a usage error for a name that is none's */
export function findSource(name: string): AnySource {
  const found = SOURCES.find((source) => source.name === name)
  if (found) return found
  throw usageError(`source is '${name}'`, `it is one of ${SOURCES.map((source) => source.name).join(', ')}`)
}

/** What `--source` and `--bill` take, parted: a name, and what stands behind it and a colon. */
export function parseSource(text: string): { name: string; path: string } {
  const [name = '', ...path] = text.split(':')
  return { name, path: path.join(':') }
}

export function sourceWord({ name, path }: Pick<Source, 'name' | 'path'>): string {
  return path === undefined ? name : `${name}:PATH`
}

export function isGrouping(name: string): boolean {
  return groupsBy(GROUPINGS, name)
}

/** Checks that a source can tell all of this. @throws a usage error that names the sources to use instead */
export function checkGroupings(source: Source<never>, by: readonly string[], flag = '--by'): void {
  for (const name of by) {
    const isTime = isTimeGrouping(name)
    if (isTime && flag === '--where')
      throw usageError(`${flag} ${name}: a time cannot be filtered by`, 'pass --since and --until')
    if (!isGrouping(name)) {
      const known = GROUPING_WORDS.filter((word) => flag !== '--where' || !isTimeGrouping(word))
      const message = `${flag} is '${name}': not something to ${flag === '--where' ? 'filter' : 'group'} by`
      throw usageError(message, `pass ${inWords(known)}`)
    }
    if (name === 'hour' && source.isBill) throw usageError(`${flag} hour: a bill has days`, 'pass --by day')
    if (isTime || groupsBy([...source.groupings, ...NAMED_AFTER], name)) continue
    const others = SOURCES.filter(({ groupings }) => groupsBy(groupings, name))
    const words = inWords(others.map((one) => `--source ${sourceWord(one)}`))
    throw usageError(
      `${flag} ${name}: ${source.tellsNot}`,
      `pass ${words}, which ${others.length === 1 ? 'has' : 'have'} it`,
    )
  }
}

const inWords = (names: readonly string[]) => new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(names)

export function isOnDisk({ isAtHand, path }: Pick<Source, 'isAtHand' | 'path'>, at = ''): boolean {
  return isAtHand === true || (path !== undefined && !at.startsWith('s3://'))
}
