import type { AwsPlace } from '../../../aws/context.ts'
import { usageError } from '../../../core/errors.ts'
import type { RowKey } from '../../../report/arrange.ts'
import type { ListedFigures, ListedLine } from '../../../report/prices/listing.ts'
import { TIERS, type Tier } from '../../../report/terms.ts'
import { type Args, refuseFlags } from '../../args/args.ts'
import {
  LISTING_FLAGS,
  type ListingAsked,
  listingAsked,
  type Picked,
  rowFlags,
  rowsAsked,
} from '../../args/row-flags.ts'
import type { App } from '../../session/app.ts'
import { command } from '../command.ts'
import type { Shown } from './table.ts'

interface Options {
  words: readonly string[]
  offline: boolean
  verbose: boolean
  tiers: readonly Tier[]
  check: boolean
  pick: Picked<Known>
  asked: ListingAsked
}

/** A price, or that there is none. */
type Known = Pick<ListedLine, 'model' | 'region' | 'tier'> & Partial<ListedLine>

const figure = (name: string, of: 'perImage' | keyof ListedFigures): RowKey<Known> => ({
  name,
  isFigure: true,
  of: (line) => line[of] ?? null,
})
const KEYS: readonly RowKey<Known>[] = [
  { name: 'model', of: ({ model }) => model },
  { name: 'region', of: ({ region }) => region },
  { name: 'tier', of: ({ tier }) => tier },
  figure('input', 'inputPerMillion'),
  figure('output', 'outputPerMillion'),
  figure('cache-read', 'cacheReadPerMillion'),
  figure('cache-write', 'cacheWritePerMillion'),
  figure('cache-write-1h', 'cacheWrite1hPerMillion'),
  figure('image', 'perImage'),
  { name: 'source', of: ({ source }) => source ?? null },
  { name: 'as-of', of: ({ asOf }) => asOf ?? null },
]

const ROW_FLAGS = rowFlags(
  KEYS,
  KEYS.map(({ name }) => name),
  'model=*claude*',
)

export const pricesCommand = command<Options>({
  examples: [
    { says: 'all known prices in your Region', run: 'bedrock-monitor prices' },
    { says: 'one model', run: 'bedrock-monitor prices us.anthropic.claude-sonnet-4-5-20250929-v1:0' },
    {
      says: 'all models with a word in their ID, in two Regions',
      run: 'bedrock-monitor prices nova --region us-east-1,eu-west-1',
    },
    { says: 'all tiers of a model, and long prompts', run: 'bedrock-monitor prices amazon.nova-pro-v1:0 --verbose' },
    { says: 'prices of the flex tier', run: 'bedrock-monitor prices qwen --tier flex' },
    { says: 'the five models with the cheapest output', run: 'bedrock-monitor prices --sort output:asc --top 5' },
    { says: 'Claude in Europe', run: "bedrock-monitor prices claude --region all --where 'region=eu-*'" },
    { says: 'what your own prices change', run: 'bedrock-monitor prices --check' },
    { says: 'for a spreadsheet, without calling AWS', run: 'bedrock-monitor prices --output prices.csv --offline' },
  ],
  argument: {
    shown: '[model...]',
    describe: 'model IDs, ARNs or parts of IDs (default: all)',
    most: Number.POSITIVE_INFINITY,
  },
  flags: [
    { name: 'offline', describe: 'use bundled prices instead of the AWS Price List' },
    {
      name: 'tier',
      value: 'TIER',
      list: true,
      describe: `only these tiers: ${TIERS.join(', ')}`,
      values: TIERS,
      check: (value) => (TIERS.some((tier) => tier === value) ? undefined : `one of ${TIERS.join(', ')}`),
    },
    { name: 'verbose', describe: 'all tiers, long prompts, and which lines of the AWS Price List are not used' },
    { name: 'check', describe: 'show what each of your own prices changes' },
    ...ROW_FLAGS,
    ...LISTING_FLAGS,
  ],
  parse: (args) => ({
    words: args.words,
    offline: args.is('offline'),
    verbose: args.is('verbose'),
    check: checkAsked(args),
    pick: rowsAsked(args, KEYS),
    asked: listingAsked(args),
    tiers: TIERS.filter((tier) => args.list('tier').includes(tier)),
  }),
  async run(app, { words, offline, verbose, check, tiers, pick, asked }) {
    const { openListing } = await import('../../session/listing.ts')
    const write = await openListing(app, asked)
    const regions = await regionsOf(app)
    const { loadPrices } = await import('../../../report/sources/prices.ts')
    const { packagedIds } = await import('../../../report/prices/genai-prices.ts')
    const { idsFor, isCallableFrom, knownIds } = await import('../../../report/prices/listing.ts')
    const { listPrices } = await import('../../../report/prices/listing.ts')
    const known = knownIds(await packagedIds())
    const { priceSources } = await import('../../session/price-sources.ts')
    const places = offline ? [] : [await placeOf(app, regions[0] ?? 'us-east-1')]
    const sources = await priceSources(app, { places, offline, accountId: () => accountOf(places[0]) })
    if (check) return (await import('./check.ts')).checkPrices(app, sources, regions, write)
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
      prices: pick(listing.prices),
      unpriced: words.length === 0 ? [] : pick(listing.unpriced),
      ...(verbose && { unused: unused() }),
    }
    const isEmptied = listing.prices.length > 0 && shown.prices.length + shown.unpriced.length === 0
    const noMatch = { code: 'no-match', message: `no price in ${regions.join(', ')} matches --where` } as const
    const warnings = isEmptied ? [...told, noMatch] : told
    for (const warning of warnings) app.cx.emit({ type: 'warning', warning })
    app.reporter.pause()
    const { printListing } = await import('./table.ts')
    await write({
      json: { schemaVersion: 1, command: 'prices', regions, currency: 'USD', ...shown, warnings },
      rows: shown.prices,
      keys: KEYS,
      print: (sheet) => printListing(sheet, shown, asked.columns),
    })
    return 0
  },
})

/** `--check` shows all of the user's own prices: whatever chooses among the listed ones would choose nothing. */
function checkAsked(args: Args): boolean {
  if (!args.is('check')) return false
  const [word] = args.words
  if (word !== undefined) throw usageError(`prices --check takes no argument '${word}'`, 'leave it out')
  refuseFlags(args, ['tier', 'verbose', ...ROW_FLAGS.map(({ name }) => name)], 'the list of prices, not with --check')
  return true
}

/** Prices need no Region of one's own: without any the list prices of the US are shown. */
async function regionsOf(app: App): Promise<string[]> {
  const { regionChoice } = await import('../../session/connection.ts')
  const { bedrockRegions } = await import('../../../aws/partitions.ts')
  const choice = await regionChoice(app, 'us-east-1')
  return 'named' in choice ? [...choice.named] : [...bedrockRegions(choice.allFrom)]
}

async function placeOf(app: App, region: string): Promise<AwsPlace> {
  const { awsContext } = await import('../../../aws/regions.ts')
  const { reachOf } = await import('../../session/connection.ts')
  // Whose list it is, is only asked where it can be kept.
  return { account: '', region, cx: awsContext(app.cx, await reachOf(app, region)) }
}

/** Whose list it is that is kept. Who cannot be told apart gets no list either, and the warning says why. */
async function accountOf(place: AwsPlace | undefined): Promise<string | undefined> {
  if (!place) return undefined
  const { whoAmI } = await import('../../../aws/identity.ts')
  return whoAmI(place.cx).then(
    ({ accountId }) => accountId,
    () => undefined,
  )
}
