import {
  GetCostAndUsageCommand,
  type GetCostAndUsageRequest,
  type GetCostAndUsageResponse,
  GetDimensionValuesCommand,
} from '@aws-sdk/client-cost-explorer'
import type { AwsContext } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { AppError, isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { count, usd } from '../../../text/numbers.ts'
import { adjustmentOf, isBedrock } from '../../bill/classify.ts'
import type { BillLine, CostMetric } from '../../bill/line.ts'
import { RATES, usdOf } from '../../calls.ts'
import type { Window } from '../../model.ts'
import { fitter, type Where } from '../../where.ts'
import { billedUpTo } from '../../window.ts'
import { billedReading, untagged } from '../billed.ts'
import { type Tell, watched } from '../progress.ts'
import type { Question, SourceReading } from '../source.ts'
import { type BillAsked, type Facts, lineOf, linesOf, METRICS, NOTHING } from './billed-lines.ts'
import type { Budget } from './budget.ts'
import { equals, type Query, queriesOf, wantedOf } from './plan.ts'

/**
 * What Cost Explorer knows of Bedrock in some days, in the fewest requests: the names of the services, what is billed to whom
 * besides use, and then the bill by usage type.
 */
export async function readBill(cx: AwsContext, asked: BillAsked, question: Question): Promise<SourceReading> {
  const wanted = wantedOf(question)
  const { budget, metric } = asked
  return watched(cx, { verb: 'reading', label: 'the bill' }, async (tell) => {
    const ask = asker(cx, budget, tell)
    const { where = {} } = question
    const { account: _, service: ofService, ...rest }: Where = where
    const services = (await namesOf(cx, ask, question.window)).filter(fitter(ofService))
    const facts = services.length > 0 ? await factsOf(ask, services, asked, question) : NOTHING
    const { scope } = facts
    const queries = scope.accounts.length === 0 || scope.recordTypes?.length === 0 ? [] : queriesOf(wanted, scope)
    budget.checkRoom(queries.length, reasonFor(queries))
    tell({ note: `${count(queries.length, 'request')} to come, ${usd(costOf(queries.length))}` })
    const lines: BillLine[] = [...facts.adjustments]
    for (const query of queries) {
      for await (const page of ask.pages({ ...askOf(question.window, metric, 'DAILY'), ...apiOf(query) })) {
        lines.push(...linesOf(page, query, wanted.tag, metric))
      }
    }
    const isPart = Object.keys(rest).length > 0
    return billedReading(
      {
        lines,
        metric,
        isFinal: facts.isFinal,
        withoutAdjustments: isPart,
        accounts: scope.accounts,
        known: facts.known,
        ...(!question.where && { asked: asked.accounts }),
        warnings: [
          ...(ask.isCut() ? [isCut(budget)] : []),
          ...(isPart && facts.adjustments.length > 0 ? [WITHOUT_ADJUSTMENTS] : []),
          ...(wanted.tag && !ask.isCut() ? untagged(lines, wanted.tag) : []),
        ],
        incomplete: ask.isCut(),
        wholeUpTo: billedUpTo(cx.clock.now()),
      },
      { window: question.window, by: question.by, ...(isPart && { where: rest }) },
    )
  })
}

interface Asker {
  /** Pages as long as there is money for them. */
  pages(request: GetCostAndUsageRequest): AsyncGenerator<GetCostAndUsageResponse>
  /** Sends what is billed; undefined where there is no money left for it. */
  send<Answer>(request: () => Promise<Answer>): Promise<Answer | undefined>
  /** Something was not asked any more. */
  isCut(): boolean
}

function asker(cx: AwsContext, budget: Budget, tell: Tell): Asker {
  let cut = false
  let made = 0
  const self: Asker = {
    isCut: () => cut,
    async send(request) {
      if (budget.left() < 1) {
        cut = true
        return undefined
      }
      budget.spend()
      made += 1
      cx.emit({ type: 'billed', unit: RATES.costExplorer.unit, count: 1 })
      tell({ note: `request ${made}, ${usd(costOf(made))} of at most ${budget.most}` })
      return request().catch((error: unknown) => {
        throw explained(error)
      })
    },
    async *pages(request) {
      const ask = (NextPageToken: string | undefined) =>
        self.send(() => cx.aws.ce.send(new GetCostAndUsageCommand({ ...request, NextPageToken })))
      for await (const page of pagesOf('ce:GetCostAndUsage', ask, (page) => page?.NextPageToken)) if (page) yield page
    },
  }
  return self
}

/** What Bedrock is called on the bill, and each of the Marketplace's models. */
async function namesOf(cx: AwsContext, ask: Asker, window: Window): Promise<string[]> {
  const names: string[] = []
  const request = { TimePeriod: periodOf(window), Dimension: 'SERVICE', SearchString: 'Bedrock' } as const
  const send = (NextPageToken: string | undefined) =>
    ask.send(() => cx.aws.ce.send(new GetDimensionValuesCommand({ ...request, NextPageToken })))
  for await (const page of pagesOf('ce:GetDimensionValues', send, (answer) => answer?.NextPageToken)) {
    names.push(...(page?.DimensionValues ?? []).flatMap(({ Value }) => Value || []))
  }
  return names.filter(isBedrock)
}

/** Which accounts are billed, by name, and what they are billed besides use. */
async function factsOf(
  ask: Asker,
  services: readonly string[],
  { metric, accounts: only }: BillAsked,
  { window, where }: Question,
): Promise<Facts> {
  const known = new Map<string, string>()
  const types = new Set<string>()
  const adjustments: BillLine[] = []
  const states = new Set<boolean | undefined>()
  const fits = fitter(where?.account)
  const isAsked = (id: string) => fits(id) && (only.length === 0 || only.some((account) => account.id === id))
  const request: GetCostAndUsageRequest = {
    ...askOf(window, metric, 'MONTHLY'),
    Filter: equals('SERVICE', services),
    GroupBy: ['RECORD_TYPE', 'LINKED_ACCOUNT'].map((Key) => ({ Type: 'DIMENSION', Key })),
  }
  for await (const page of ask.pages(request)) {
    for (const { Value = '', Attributes } of page.DimensionValueAttributes ?? []) {
      known.set(Value, Attributes?.description ?? '')
    }
    for (const { TimePeriod, Groups = [], Estimated } of page.ResultsByTime ?? []) {
      states.add(Estimated)
      for (const group of Groups) {
        const [type = '', account = ''] = group.Keys ?? []
        known.set(account, known.get(account) ?? '')
        types.add(type)
        const adjustment = adjustmentOf(type)
        if (adjustment === undefined || !isAsked(account)) continue
        adjustments.push({ ...lineOf(group, TimePeriod?.Start, metric), account, adjustment })
      }
    }
  }
  const ids = [...known.keys()].filter((id) => id !== '').sort()
  const accounts = ids.filter(isAsked)
  const usage = [...types].filter((type) => adjustmentOf(type) === undefined).sort()
  return {
    scope: {
      services,
      accounts,
      isAllAccounts: accounts.length === ids.length,
      recordTypes: usage.length === types.size ? undefined : usage,
    },
    adjustments,
    known: accounts.map((id) => ({ id, ...(known.get(id) && { name: known.get(id) as string }) })),
    isFinal: states.has(undefined) || states.size === 0 ? undefined : !states.has(true),
  }
}

function askOf(window: Window, metric: CostMetric, Granularity: 'DAILY' | 'MONTHLY') {
  return { TimePeriod: periodOf(window), Granularity, Metrics: [METRICS.get(metric) ?? '', 'UsageQuantity'] }
}

function apiOf({ groupBy, filter }: Query): Pick<GetCostAndUsageRequest, 'Filter' | 'GroupBy'> {
  return { GroupBy: groupBy, Filter: filter }
}

/** The end is not included. */
function periodOf({ start, end }: Window) {
  const day = (moment: number) => new Date(moment).toISOString().slice(0, 10)
  return { Start: day(start), End: day(end) }
}

function costOf(requests: number): number {
  return usdOf(RATES.costExplorer, requests)
}

/** What AWS says where Cost Explorer cannot be used at all, and what mends it. */
const CURES: readonly (readonly [RegExp, hint: string])[] = [
  [
    /not enabled for cost explorer/i,
    'open Cost Explorer once in the console, in the account that pays: its data are there a day later',
  ],
  [
    /linked account/i,
    'in the account that pays, allow it under Billing and Cost Management, Cost Management preferences; or run this there',
  ],
  [/beyond \d+ months|historical data/i, 'Cost Explorer keeps 14 months: pass a later --since'],
  [
    /DataUnavailable/,
    'Cost Explorer has no data yet: it takes a day from when it is first opened; run it again later, or pass an earlier window',
  ],
]

function explained(error: unknown): unknown {
  if (!isAppError(error)) return error
  const { kind, code, message } = error
  const cure = CURES.find(([pattern]) => pattern.test(`${code} ${message}`))
  return cure ? new AppError(kind, code, message, { hint: cure[1], cause: error }) : error
}

function reasonFor(queries: readonly Query[]): string {
  const services = new Set(queries.flatMap(({ service }) => service ?? [])).size
  const accounts = new Set(queries.flatMap(({ account }) => account ?? [])).size
  const parts = [
    ...(services > 1 ? [count(services, 'service')] : []),
    ...(accounts > 1 ? [count(accounts, 'account')] : []),
  ]
  return parts.length === 0 ? 'at least' : `for ${parts.join(' and ')}`
}

function isCut({ most }: Budget): Warning {
  const message = `reading stopped at ${most} (--max-aws-cost): a part of the bill is missing`
  return { code: 'bill-cut', message }
}

const WITHOUT_ADJUSTMENTS: Warning = {
  code: 'bill-untold',
  message: 'discounts, credits, refunds, fees and tax are not known for this part of the bill and are left out',
}
