import type { RowKey } from '../../../report/arrange.ts'
import { CHARGE_KINDS } from '../../../report/charges.ts'
import { packagedIds } from '../../../report/prices/genai-prices.ts'
import { knownIds } from '../../../report/prices/listing.ts'
import {
  type ChangedLine,
  checkOverrides,
  type OverrideCheck,
  type PriceChange,
} from '../../../report/prices/override-check.ts'
import { plain } from '../../../text/escape.ts'
import { price, signedPercent } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import type { ListingAsked } from '../../args/result-flags.ts'
import type { App } from '../../command.ts'
import { note, openListing, type Sheet } from '../listing.ts'
import type { Known } from './fields.ts'
import { sourcesOf } from './list.ts'

const KEYS: readonly RowKey<ChangedLine>[] = [
  { name: 'model', of: ({ model }) => model },
  { name: 'region', of: ({ region }) => region },
  { name: 'key', of: ({ key }) => key },
  { name: 'tier', of: ({ tier }) => tier ?? null },
  { name: 'from', of: ({ from }) => from ?? null },
  { name: 'to', of: ({ to }) => to ?? null },
  ...CHARGE_KINDS.flatMap(({ name, label }): RowKey<ChangedLine>[] => [
    { name: `list_${label}`, of: (line) => changeOf(line, name)?.listUsd ?? null },
    { name: `yours_${label}`, of: (line) => changeOf(line, name)?.yoursUsd ?? null },
  ]),
]

const NOTHING: OverrideCheck = { changes: [], unmatched: [], unchanged: [] }

/** `prices --check`: what each of the user's own prices changes, and those that change nothing. */
export async function checkPrices(app: App, asked: ListingAsked<Known>): Promise<number> {
  const write = await openListing(app, asked)
  const { sources, regions } = await sourcesOf(app)
  const { overrides, ...others } = sources
  const now = new Date(app.cx.clock.now())
  const { loadPrices } = await import('../../../report/sources/prices.ts')
  const { book, warnings } = await loadPrices(others, regions)
  const models = knownIds(await packagedIds())
  const check = overrides ? checkOverrides(overrides, book, { models, regions, now }) : NOTHING
  for (const warning of warnings) app.cx.emit({ type: 'warning', warning })
  const source = overrides?.source ?? null
  await write({
    json: { schemaVersion: 1, command: 'prices', regions, currency: 'USD', source, ...check, warnings },
    rows: check.changes,
    keys: KEYS,
    print: (sheet) => print(sheet, check, source),
  })
  return 0
}

function print(out: Sheet, { changes, unmatched, unchanged }: OverrideCheck, source: string | null): void {
  if (source === null) {
    out.line('There are no prices of your own: the configuration file has no `prices`.')
    return
  }
  if (changes.length > 0) {
    out.lines(table({ columns: columnsOf(changes) }, changes, out))
    out.line('\nUS dollars per million tokens or an image: the list, and yours.')
  } else out.line(`Nothing in ${plain(source)} changes a price here.`)
  const say = (key: string, why: string) => note(out, `${plain(key)}: ${plain(why)}`)
  if (unmatched.length > 0) out.line(`\n${out.paint.bold('No known model')}`)
  for (const { key, nearest } of unmatched) {
    say(key, nearest === null ? 'no id is known' : `the nearest id is ${nearest}`)
  }
  if (unchanged.length > 0) out.line(`\n${out.paint.bold('Without effect')}`)
  for (const key of unchanged) {
    say(key, 'changes no price here: the list has none for it, a more specific key holds, or it is of other Regions')
  }
}

function columnsOf(lines: readonly ChangedLine[]): Column<ChangedLine>[] {
  const several = new Set(lines.map(({ region }) => region)).size > 1
  const when = ({ tier, from, to }: ChangedLine) =>
    [tier, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ')
  return [
    { heading: 'Model', cell: ({ model }) => plain(model) },
    { heading: 'Key', cell: ({ key }) => plain(key) },
    ...(several ? [{ heading: 'Region', cell: ({ region }: ChangedLine) => region }] : []),
    ...(lines.some((line) => when(line) !== '') ? [{ heading: 'Holds for', cell: when }] : []),
    ...CHARGE_KINDS.flatMap(({ name, title }): Column<ChangedLine>[] => {
      const of = (line: ChangedLine) => changeOf(line, name)
      const heading = `${title[0]?.toUpperCase()}${title.slice(1)}`
      return lines.some(of) ? [{ heading, align: 'right', cell: (line) => changeText(of(line)) }] : []
    }),
  ]
}

function changeOf({ changes }: ChangedLine, name: (typeof CHARGE_KINDS)[number]['name']): PriceChange | undefined {
  return changes.find(({ kind }) => kind === (name === 'images' ? 'image' : name))
}

/** "$3.30 → $2.97 (-10.0 %)", "none → $2.97" */
function changeText(change: PriceChange | undefined): string {
  if (!change) return ''
  const { listUsd, yoursUsd, percent } = change
  const by = percent === null ? '' : ` (${signedPercent(percent / 100)})`
  return `${listUsd === null ? 'none' : price(listUsd)} → ${price(yoursUsd)}${by}`
}
