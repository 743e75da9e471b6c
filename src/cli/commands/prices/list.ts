import { whoAmI } from '../../../aws/identity.ts'
import { bedrockRegions } from '../../../aws/partitions.ts'
import { awsContext } from '../../../aws/regions.ts'
import { AppError } from '../../../core/errors.ts'
import type { RowKey } from '../../../report/arrange.ts'
import { CHARGE_KINDS } from '../../../report/charges.ts'
import { packagedIds } from '../../../report/prices/genai-prices.ts'
import {
  idsFor,
  isCallableFrom,
  knownIds,
  type ListedLine,
  type Listing,
  listPrices,
} from '../../../report/prices/listing.ts'
import { LEFT_OUT, type LeftOutCount } from '../../../report/prices/price-list/usage-type.ts'
import {
  type ChangedLine,
  checkOverrides,
  type OverrideCheck,
  type PriceChange,
} from '../../../report/prices/with-overrides.ts'
import type { PriceSources } from '../../../report/sources/prices.ts'
import type { Tier } from '../../../report/terms.ts'
import { plain } from '../../../text/escape.ts'
import { didYouMean } from '../../../text/nearest.ts'
import { count, price, signedPercent } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { printErrors } from '../../../ui/error.ts'
import type { ListingAsked } from '../../args/result-flags.ts'
import type { App } from '../../command.ts'
import { reachOf, regionChoice } from '../../session/connection.ts'
import { priceSources } from '../../session/price-sources.ts'
import { columnsOf, note, openListing, type Sheet } from '../listing.ts'
import { FIELDS, type Known } from './fields.ts'

interface Shown extends Listing {
  unused?: readonly LeftOutCount[]
}

interface Options {
  words: readonly string[]
  tiers: readonly Tier[]
  asked: ListingAsked<Known>
}

/** `prices`: those of all models, or of some. Answers the exit code. */
export async function listAll(app: App, { words, tiers, asked }: Options): Promise<number> {
  const { verbose } = app.common
  const write = await openListing(app, asked)
  const { sources, regions } = await sourcesOf(app)
  const { loadPrices } = await import('../../../report/sources/prices.ts')
  const known = knownIds(await packagedIds())
  const { book, warnings: told, unused } = await loadPrices(sources, regions)
  const now = new Date(app.cx.clock.now())
  const wanted = regions.flatMap((region) => {
    const callable = known.filter((id) => isCallableFrom(id, region))
    // An id in another spelling than the known one is answered as it was asked.
    const idsOf = (word: string) => ('unpriced' in book.lookup(word, region, now) ? idsFor(word, callable) : [word])
    const models = words.length === 0 ? callable : [...new Set(words.flatMap(idsOf))]
    return models.map((model) => ({ model, region }))
  })
  const listing = listPrices(book, wanted, now, { ...(tiers.length > 0 ? { tiers } : { all: verbose }) })
  // Of a list that nobody asked for by name, what is not sold in the Region is no news.
  const shown: Shown = {
    prices: asked.pick(listing.prices),
    unpriced: words.length === 0 ? [] : asked.pick(listing.unpriced),
    ...(verbose && { unused: unused() }),
  }
  const isEmptied = listing.prices.length > 0 && shown.prices.length + shown.unpriced.length === 0
  const noMatch = { code: 'no-match', message: `no price in ${regions.join(', ')} matches --where` } as const
  const warnings = isEmptied ? [...told, noMatch] : told
  for (const warning of warnings) app.cx.emit({ type: 'warning', warning })
  await write({
    json: { schemaVersion: 1, command: 'prices', regions, currency: 'USD', ...shown, warnings },
    rows: shown.prices,
    keys: FIELDS,
    print: (sheet) => printListing(sheet, shown, asked.columns),
  })
  const isPriced = (word: string) => {
    const ids = new Set([word, ...idsFor(word, known)])
    return listing.prices.some(({ model }) => ids.has(model))
  }
  const without = words.filter((word) => !isPriced(word))
  return printErrors(app.io.stderr, [withoutPrice(without, known)], app.common)
}

/** A script that asks for a price by name must not take none for success. */
function withoutPrice(words: readonly string[], known: readonly string[]): AppError | undefined {
  const [first] = words
  if (first === undefined) return undefined
  const named = words.slice(0, 3).join(', ') + (words.length > 3 ? ` and ${words.length - 3} more` : '')
  const hint = didYouMean(first, known) ?? 'the result says why; bedrock-monitor prices lists the models with a price'
  return new AppError('gate', 'NoPrice', `no price is known for ${named}`, { hint })
}

/** Prices need no Region of one's own: without any the list prices of the US are shown. */
async function sourcesOf(app: App): Promise<{ sources: PriceSources; regions: string[] }> {
  const choice = await regionChoice(app, 'us-east-1')
  const regions = 'named' in choice ? [...choice.named] : [...bedrockRegions(choice.allFrom)]
  const [region = ''] = regions
  if (app.common.offline) return { sources: await priceSources(app, { places: [] }), regions }
  const cx = awsContext(app.cx, await reachOf(app, region))
  // Whose list it is, is only asked where it can be kept. Who cannot be told apart gets none, and the warning says why.
  const accountId = () =>
    whoAmI(cx).then(
      (identity) => identity.accountId,
      () => undefined,
    )
  return { sources: await priceSources(app, { places: [{ account: '', region, cx }], accountId }), regions }
}

/** What models and sources may be folded to, so that the table fits into more terminals. */
const LEAST_ROOM = 22
/** In a narrower terminal, a list of more prices than this has no room for where each is from. */
const LEAST_WIDTH = 112
const MOST_IN_FULL = 6

/** Prints prices as a table or, where that is too wide for the terminal, model by model; notes below. */
function printListing(out: Sheet, { prices, unpriced, unused = [] }: Shown, asked: readonly string[]): void {
  if (prices.length > 0) {
    const isBrief = asked.length === 0 && out.width < LEAST_WIDTH && prices.length > MOST_IN_FULL
    const usual = namesFor(prices).filter((name) => !isBrief || !['cache-write-1h', 'source', 'as-of'].includes(name))
    const columns = columnsOf(FIELDS, asked.length > 0 ? asked : usual)
    out.lines(table({ columns, least: LEAST_ROOM }, prices, out))
    out.line('\nUS dollars per million tokens, on demand.')
    if (isBrief) out.line('With source and date: bedrock-monitor prices MODEL')
  }
  const notes = prices.flatMap((line) => [...line.warnings.map(({ message }) => message), ...otherFigures(line)])
  if (notes.length > 0) out.line(`\n${out.paint.bold('Notes')} on what is marked *`)
  for (const message of new Set(notes)) note(out, message)
  if (unpriced.length > 0) out.line(`${prices.length > 0 ? '\n' : ''}${out.paint.bold('Without a price')}`)
  for (const { model, region, tier, reason } of unpriced) {
    note(out, `${plain(model)} in ${region}${tier === 'standard' ? '' : `, ${tier}`}: ${plain(reason)}`)
  }
  if (unused.length > 0) out.line(`\n${out.paint.bold('Lines of the AWS Price List that are not used')}`)
  for (const { reason, rows, example } of unused) {
    const such = example === '' ? '' : ` (such as ${plain(example)})`
    note(out, `${count(rows, 'row')}: ${LEFT_OUT[reason]}${such}`)
  }
}

function namesFor(prices: readonly ListedLine[]): string[] {
  const isOneRegion = new Set(prices.map(({ region }) => region)).size === 1
  const isStandard = prices.every(({ tier, promptOver }) => tier === 'standard' && promptOver === 0)
  const alike = [...(isOneRegion ? ['region'] : []), ...(isStandard ? ['tier'] : [])]
  return FIELDS.map(({ name }) => name).filter((name) => !alike.includes(name))
}

/** Disputes that no warning tells of: what other sources say where AWS's own list is used. */
function otherFigures({ model, region, source, disputes, warnings }: ListedLine): string[] {
  if (warnings.some(({ code }) => code === 'price-disputed')) return []
  const where = `${plain(model)} in ${region} is priced by ${plain(source)}`
  return disputes.map(({ source: other, inputPerMillion, outputPerMillion }) => {
    return `${where}; ${plain(other)} says input ${price(inputPerMillion)}, output ${price(outputPerMillion)}`
  })
}

const CHECK_KEYS: readonly RowKey<ChangedLine>[] = [
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
    keys: CHECK_KEYS,
    print: (sheet) => printCheck(sheet, check, source),
  })
  return 0
}

function printCheck(out: Sheet, { changes, unmatched, unchanged }: OverrideCheck, source: string | null): void {
  if (source === null) {
    out.line('There are no prices of your own: the configuration file has no `prices`.')
    return
  }
  if (changes.length > 0) {
    out.lines(table({ columns: changeColumns(changes) }, changes, out))
    out.line('\nUS dollars per million tokens or an image: the list, and yours.')
  } else out.line(`Nothing in ${plain(source)} changes a price here.`)
  const say = (key: string, why: string) => note(out, `${plain(key)}: ${plain(why)}`)
  if (unmatched.length > 0) out.line(`\n${out.paint.bold('No known model')}`)
  for (const { key, nearest } of unmatched) {
    say(key, nearest === null ? 'no id is known' : `the nearest id is ${nearest}`)
  }
  if (unchanged.length > 0) out.line(`\n${out.paint.bold('Without effect')}`)
  for (const key of unchanged) {
    say(key, 'changes no price here: the list has none for it, a more specific key applies, or it is for other Regions')
  }
}

function changeColumns(lines: readonly ChangedLine[]): Column<ChangedLine>[] {
  const several = new Set(lines.map(({ region }) => region)).size > 1
  return [
    { heading: 'Model', cell: ({ model }) => plain(model) },
    { heading: 'Key', cell: ({ key }) => plain(key) },
    { heading: 'Region', cell: ({ region }) => (several ? region : '') },
    {
      heading: 'Applies to',
      cell: ({ tier, from, to }) => [tier, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' '),
    },
    ...CHARGE_KINDS.map(({ name, title }): Column<ChangedLine> => {
      const heading = `${title[0]?.toUpperCase()}${title.slice(1)}`
      return { heading, align: 'right', cell: (line) => changeText(changeOf(line, name)) }
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
