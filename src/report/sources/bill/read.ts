import {
  GetCostAndUsageCommand,
  type GetCostAndUsageRequest,
  type GetCostAndUsageResponse,
  GetDimensionValuesCommand,
} from '@aws-sdk/client-cost-explorer'
import type { AwsContext } from '../../../aws/context.ts'
import { itemsOf, pagesOf } from '../../../aws/pages.ts'
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
import type { KnownAccount, Question, SourceReading } from '../source.ts'
import type { Budget } from './budget.ts'
import { equals, lineOf, linesOf, METRICS, type Query, queriesOf, type Scope, wantedOf } from './plan.ts'

type BillAsked = { metric: CostMetric; budget: Budget; accounts: readonly KnownAccount[] }

/** In the fewest requests: names of services, what is billed to whom besides use, then the bill by usage type. */
export async function readBill(cx: AwsContext, asked: BillAsked, question: Question): Promise<SourceReading> {
  const wanted = wantedOf(question)
  const { budget, metric } = asked
  const { window, by, where = {} } = question
  return watched(cx, { verb: 'reading', label: 'the bill' }, async (tell) => {
    const ask = asker(cx, budget, tell)
    const { account: _, service: ofService, ...rest }: Where = where
    const services = (await namesOf(cx, ask, window)).filter(fitter(ofService))
    const { scope, adjustments, known, isFinal } = await factsOf(ask, services, asked, question)
    const queries = scope.accounts.length === 0 || scope.recordTypes?.length === 0 ? [] : queriesOf(wanted, scope)
    budget.checkRoom(queries.length, reasonFor(queries))
    tell({ note: `${count(queries.length, 'request')} to come, ${usd(costOf(queries.length))}` })
    const lines: BillLine[] = [...adjustments]
    for (const query of queries) {
      const about = { ...askOf(window, metric, 'DAILY'), GroupBy: query.groupBy, Filter: query.filter }
      for await (const page of ask.pages(about)) lines.push(...linesOf(page, query, wanted.tag, metric))
    }
    const [isPart, isCut] = [Object.keys(rest).length > 0, ask.isCut()]
    const cut = `reading stopped at ${budget.most} (--max-aws-cost): a part of the bill is missing`
    const billed = {
      lines,
      metric,
      isFinal,
      withoutAdjustments: isPart,
      accounts: scope.accounts,
      known,
      ...(!question.where && { asked: asked.accounts }),
      warnings: [
        ...(isCut ? [{ code: 'bill-cut', message: cut } as const] : []),
        ...(isPart && adjustments.length > 0 ? [WITHOUT_ADJUSTMENTS] : []),
        ...(wanted.tag && !isCut ? untagged(lines, wanted.tag) : []),
      ],
      incomplete: isCut,
      wholeUpTo: billedUpTo(cx.clock.now()),
    }
    return billedReading(billed, { window, by, ...(isPart && { where: rest }) })
  })
}

/** Asks as long as there is money for it; `isCut`: something was not asked any more. */
function asker(cx: AwsContext, budget: Budget, tell: Tell) {
  let cut = false
  let made = 0
  const send = async <Answer>(request: () => Promise<Answer>): Promise<Answer | undefined> => {
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
  }
  return {
    isCut: () => cut,
    send,
    async *pages(request: GetCostAndUsageRequest): AsyncGenerator<GetCostAndUsageResponse> {
      const ask = (NextPageToken: string | undefined) =>
        send(() => cx.aws.ce.send(new GetCostAndUsageCommand({ ...request, NextPageToken })))
      for await (const page of pagesOf('ce:GetCostAndUsage', ask, (page) => page?.NextPageToken)) if (page) yield page
    },
  }
}

type Asker = ReturnType<typeof asker>

async function namesOf(cx: AwsContext, ask: Asker, window: Window): Promise<string[]> {
  const request = { TimePeriod: periodOf(window), Dimension: 'SERVICE', SearchString: 'Bedrock' } as const
  const found = await itemsOf(
    'ce:GetDimensionValues',
    (NextPageToken) => ask.send(() => cx.aws.ce.send(new GetDimensionValuesCommand({ ...request, NextPageToken }))),
    (answer) => answer?.NextPageToken,
    (answer) => answer?.DimensionValues,
  )
  return found.flatMap(({ Value }) => Value || []).filter(isBedrock)
}

async function factsOf(
  ask: Asker,
  services: readonly string[],
  { metric, accounts: only }: BillAsked,
  { window, where }: Question,
) {
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
  for await (const page of services.length > 0 ? ask.pages(request) : []) {
    for (const { Value = '', Attributes } of page.DimensionValueAttributes ?? [])
      known.set(Value, Attributes?.description ?? '')
    for (const { TimePeriod, Groups = [], Estimated } of page.ResultsByTime ?? []) {
      states.add(Estimated)
      for (const group of Groups) {
        const [type = '', account = ''] = group.Keys ?? []
        known.set(account, known.get(account) ?? '')
        types.add(type)
        const adjustment = adjustmentOf(type)
        if (adjustment !== undefined && isAsked(account))
          adjustments.push({ ...lineOf(group, TimePeriod?.Start, metric), account, adjustment })
      }
    }
  }
  const ids = [...known.keys()].filter((id) => id !== '').sort()
  const accounts = ids.filter(isAsked)
  const usage = [...types].filter((type) => adjustmentOf(type) === undefined).sort()
  const recordTypes = usage.length === types.size ? undefined : usage
  const scope: Scope = { services, accounts, isAllAccounts: accounts.length === ids.length, recordTypes }
  return {
    scope,
    adjustments,
    known: accounts.map((id): KnownAccount => ({ id, ...(known.get(id) && { name: known.get(id) as string }) })),
    isFinal: states.has(undefined) || states.size === 0 ? undefined : !states.has(true),
  }
}

function askOf(window: Window, metric: CostMetric, Granularity: 'DAILY' | 'MONTHLY') {
  return { TimePeriod: periodOf(window), Granularity, Metrics: [METRICS.get(metric) ?? '', 'UsageQuantity'] }
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
    'open Cost Explorer once in the console, in the account that pays: its data is there a day later',
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

const WITHOUT_ADJUSTMENTS: Warning = {
  code: 'bill-untold',
  message: 'discounts, credits, refunds, fees and tax are not known for this part of the bill and are left out',
}
