import { usageError } from '../../../core/errors.ts'
import { TIERS } from '../../../report/terms.ts'
import { type Args, choice, flag, refuseFlags } from '../../args/flag.ts'
import { LISTING_FLAGS, listingAsked, rowFlags } from '../../args/result-flags.ts'
import { OFFLINE_FLAG } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'
import { FIELDS } from './fields.ts'

const NAMES = FIELDS.map(({ name }) => name)
const ROW_FLAGS = rowFlags(FIELDS, NAMES, 'model=*claude*')

export const command = define({
  examples: [
    ['all known prices in your Region', 'prices'],
    ['one model', 'prices us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['all models with a word in their ID, in two Regions', 'prices nova --region us-east-1,eu-west-1'],
    ['all tiers of a model, and long prompts', 'prices amazon.nova-pro-v1:0 --verbose'],
    ['prices of the flex tier', 'prices qwen --tier flex'],
    ['the five models with the cheapest output', 'prices --sort output:asc --top 5'],
    ['Claude in Europe', "prices claude --region all --where 'region=eu-*'"],
    ['what your own prices change', 'prices --check'],
    ['for a spreadsheet, without calling AWS', 'prices --output prices.csv --offline'],
  ],
  argument: {
    shown: '[model...]',
    describe: 'model IDs, ARNs or parts of IDs (default: all)',
    most: Number.POSITIVE_INFINITY,
  },
  flags: [
    OFFLINE_FLAG,
    flag('--tier TIER', `only these tiers: ${TIERS.join(', ')}`, { list: true, ...choice(...TIERS) }),
    flag('--verbose', 'all tiers, long prompts, and which lines of the AWS Price List are not used'),
    flag('--check', 'show what each of your own prices changes'),
    ...ROW_FLAGS,
    ...LISTING_FLAGS,
  ],
  parse: (args) => ({
    words: args.words,
    isCheck: checkAsked(args),
    asked: listingAsked(args, FIELDS),
    tiers: TIERS.filter((tier) => args.list('tier').includes(tier)),
  }),
  async run(app, { isCheck, ...options }) {
    const { checkPrices, listAll } = await import('./list.ts')
    return isCheck ? checkPrices(app, options.asked) : listAll(app, options)
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
