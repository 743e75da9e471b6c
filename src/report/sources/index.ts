import { usageError } from '../../core/errors.ts'
import { groupsBy, OF_TIME } from '../grouping.ts'
import { file } from './file/index.ts'
import { logs } from './logs/index.ts'
import { metrics } from './metrics/index.ts'
import { s3 } from './s3/index.ts'
import type { Source } from './source.ts'

/** Every source, the one that is asked by default first. Flags, completion, permissions and the library follow from it. */
export const SOURCES = [metrics, logs, s3, file] as const

export type AnySource = (typeof SOURCES)[number]

/** The settings that all sources take together. */
export type SourceSettings = Together<AnySource>
type Together<One> = (One extends Source<infer Settings> ? (settings: Settings) => void : never) extends (
  settings: infer All extends object,
) => void
  ? All
  : never

/** What `--by` takes; `metadata:` stands for `metadata:KEY`. */
export const GROUPINGS: readonly string[] = [
  ...new Set(SOURCES.flatMap(({ groupings }) => groupings)),
  ...OF_TIME,
].sort((a, b) => Number(a.endsWith(':')) - Number(b.endsWith(':')))

/** The same for the reader: `metadata:KEY`. */
export const GROUPING_WORDS: readonly string[] = GROUPINGS.map((name) => (name.endsWith(':') ? `${name}KEY` : name))

/** @throws a usage error for a name that is none's */
export function findSource(name: string): AnySource {
  const found = SOURCES.find((source) => source.name === name)
  if (found) return found
  throw usageError(`source is '${name}'`, `it is one of ${SOURCES.map((source) => source.name).join(', ')}`)
}

/** A source as `--source` takes it: `logs`, `file:PATH`. */
export function sourceWord({ name, path }: Pick<Source, 'name' | 'path'>): string {
  return path === undefined ? name : `${name}:PATH`
}

export function isGrouping(name: string): boolean {
  return groupsBy(GROUPINGS, name)
}

/**
 * Checks that a source can group by all of this.
 * @throws a usage error that names the sources to use instead
 */
export function checkGroupings(source: Source<never>, by: readonly string[]): void {
  for (const name of by) {
    if (!isGrouping(name)) {
      throw usageError(`--by is '${name}': nothing to group by`, `pass ${inWords(GROUPING_WORDS)}`)
    }
    if (groupsBy([...source.groupings, ...OF_TIME], name)) continue
    const others = SOURCES.filter(({ groupings }) => groupsBy(groupings, name)).map(
      (one) => `--source ${sourceWord(one)}`,
    )
    throw usageError(`--by ${name}: ${source.tellsNot}`, `pass ${inWords(others)}, which have it`)
  }
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
