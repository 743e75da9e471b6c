import { type Change, equal } from '../core/diff.ts'
import { grouped } from '../text/numbers.ts'
import { truncate } from '../text/width.ts'

/** Longer values and lists are cut: a reader decides by what changes, and `--json` has all of it. */
const MOST_OF_A_VALUE = 160
const MOST_NAMED = 6
const NAMES = ['Sid', 'ID', 'Id', 'id', 'Name', 'name', 'title', 'label', 'markdown']

/** "threshold: 20,000 → 10,000", "lifecycle: adds bedrock-monitor-retention". Of lists what comes and what goes. Pure. */
export function changeWords({ path, from, to }: Change): string {
  const what = path.replace(/\.Statement$/, '') || 'all of it'
  if (isList(from ?? []) && isList(to ?? []) && (from ?? to) !== undefined) {
    return `${what}: ${listWords((from ?? []) as unknown[], (to ?? []) as unknown[])}`
  }
  const start = typeof from === 'string' && typeof to === 'string' ? commonStart(from, to) : 0
  return `${what}: ${cut(from, start)} → ${cut(to, start)}`
}

function commonStart(from: string, to: string): number {
  if (Math.max(from.length, to.length) <= MOST_OF_A_VALUE) return 0
  let same = 0
  while (same < from.length && from[same] === to[same]) same += 1
  return from.lastIndexOf(' ', same) + 1
}

const cut = (value: unknown, start = 0): string =>
  truncate(`${start > 0 ? '…' : ''}${valueWords(value).slice(start)}`, MOST_OF_A_VALUE)

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function listWords(from: readonly unknown[], to: readonly unknown[]): string {
  const without = (all: readonly unknown[], known: readonly unknown[]) =>
    all.filter((item) => !known.some((other) => equal(item, other)))
  const [gone, come] = [without(from, to).map(nameOf), without(to, from).map(nameOf)]
  const parts = [
    ['changes', come.filter((name) => gone.includes(name))],
    ['adds', come.filter((name) => !gone.includes(name))],
    ['removes', gone.filter((name) => !come.includes(name))],
  ] as const
  const words = parts.flatMap(([verb, names]) => (names.length === 0 ? [] : [`${verb} ${listed(names)}`]))
  return words.join('; ') || 'another order'
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ')
  return `${names.slice(0, MOST_NAMED - 1).join(', ')} and ${names.length - MOST_NAMED + 1} more`
}

/** What a member of a list is known by; all of it, where it has no name. */
function nameOf(item: unknown): string {
  const members = { ...(item as object) } as Record<string, unknown>
  const inner = { ...(members.properties as object) } as Record<string, unknown>
  const named = NAMES.map((name) => members[name] ?? inner[name]).find((value) => typeof value === 'string')
  return typeof item === 'object' && typeof named === 'string' ? (named.split('\n')[0] ?? '') : cut(item)
}

/** A value without the signs of JSON: "Status Enabled, Days 30". */
function valueWords(value: unknown): string {
  if (value === undefined || value === null) return '(none)'
  if (typeof value === 'number') return grouped(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return listed(value.map(nameOf)) || '(none)'
  const parts = Object.entries(value).flatMap(([name, part]) =>
    part === undefined ? [] : [`${name} ${valueWords(part)}`],
  )
  return parts.join(', ') || '(none)'
}
