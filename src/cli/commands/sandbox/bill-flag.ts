import type { BillOptions } from '../../../sandbox/bill/bill.ts'
import { flag, valid } from '../../args/flag.ts'

/** What may make the sandbox's bill another than list prices times use. */
const CAUSES: ReadonlyMap<string, (value: number) => BillOptions> = new Map<string, (value: number) => BillOptions>([
  ['private-rate', (percent) => ({ rateOff: () => percent })],
  ['discount', (percent) => ({ discountPercent: percent })],
  ['tax', (percent) => ({ taxPercent: percent })],
  ['credits', (usd) => ({ creditsUsd: usd })],
  ['refunds', (usd) => ({ refundsUsd: usd })],
  ['late', (days) => ({ lateDays: days })],
])

export const BILL_FLAG = flag(
  '--bill CAUSE=N',
  'on the bill: private-rate=, discount= and tax= in percent, credits= and refunds= in dollars a month, late= in days',
  {
    list: true,
    values: [...CAUSES.keys()].map((cause) => `${cause}=`),
    ...valid(parse, `one of ${[...CAUSES.keys()].map((cause) => `${cause}=N`).join(', ')}`),
  },
)

export function billOptions(words: readonly string[]): BillOptions {
  return Object.assign({}, ...words.map(parse))
}

function parse(text: string): BillOptions | undefined {
  const [, cause = '', value = ''] = /^([a-z-]+)=(\d{1,6}(?:\.\d{1,4})?)$/.exec(text) ?? []
  return CAUSES.get(cause)?.(Number(value))
}
