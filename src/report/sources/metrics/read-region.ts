import type { AwsPlace } from '../../../aws/context.ts'
import type { Warning } from '../../../core/events.ts'
import type { Reading } from '../../model.ts'
import type { Question } from '../source.ts'
import { ACCOUNT_QUERIES, totalPercentiles, unlistedWarnings } from './account.ts'
import { listModels } from './list-models.ts'
import { listMantleModels, mantleQueries, mantleRows, mantleWarnings } from './mantle.ts'
import { usesOf } from './model-use.ts'
import { readPercentiles } from './percentiles.ts'
import { getRuns, requestsOf, roundedWarnings } from './requests.ts'
import { ageWarnings } from './retention.ts'
import { dimensionsOf, eachRow, modelQueries, modelUse, tierTrouble } from './rows.ts'
import { readSlotPercentiles } from './slot-percentiles.ts'
import { tierQueries } from './tiers.ts'

/**
 * Reads one Region's window from the CloudWatch metrics that Bedrock writes by itself: no set-up is needed. One listing
 * finds the models, another those of the OpenAI-compatible endpoint; sums and percentiles are then read side by side.
 */
export async function readMetrics(place: AwsPlace, question: Question, now = place.cx.clock.now()): Promise<Reading> {
  const { cx, region } = place
  const requests = requestsOf(question, now)
  const { window, starts } = requests
  cx.emit({ type: 'phase', title: `finding the models used in ${region}` })
  const [{ models, tiers }, mantleModels] = await Promise.all([listModels(cx), listMantleModels(cx)])
  cx.emit({ type: 'phase-done' })
  const count = models.length + mantleModels.length
  if (count === 0) {
    const why = [noUse(region), ...ageWarnings(window, now)]
    return { window, rows: [], percentiles: [], warnings: why }
  }

  cx.emit({
    type: 'phase',
    title: `reading the metrics of ${count} ${count === 1 ? 'model' : 'models'}`,
  })
  const [sums, speeds] = await Promise.all([
    getRuns(
      cx,
      [
        ...ACCOUNT_QUERIES,
        ...models.flatMap((model) => [...modelQueries(model), ...tierQueries(model, tiers.get(model))]),
        ...mantleModels.flatMap(mantleQueries),
      ],
      requests.runs,
    ),
    readPercentiles(cx, models, window),
  ])
  const uses = usesOf(models, (model) => modelUse(model, sums, starts))
  const mantle = mantleModels.flatMap((model) => mantleRows(model, place, sums, starts))
  const slots = await readSlotPercentiles(cx, models, { ...question, window }, sums)
  cx.emit({ type: 'phase-done' })

  const total = totalPercentiles(speeds, sums, uses)
  return {
    window,
    rows: {
      *[Symbol.iterator]() {
        for (const { model } of uses) yield* eachRow(model, place, sums, starts, tiers.get(model))
        yield* mantle
      },
    },
    used: [...uses.map(({ model }) => dimensionsOf(model, place)), ...mantle.map(({ dimensions }) => dimensions)],
    incomplete: sums.incomplete || speeds.incomplete || slots.incomplete,
    percentiles: [total.percentiles, ...speeds.models, ...slots.percentiles],
    warnings: [
      ...(uses.length + mantle.length === 0 && !sums.incomplete ? [noUse(region)] : []),
      ...ageWarnings(window, now),
      ...(uses.length + mantle.length > 0 ? roundedWarnings(requests, question.timeZone ?? 'UTC') : []),
      ...unlistedWarnings(sums, uses),
      ...mantleWarnings(region, mantle),
      ...uses.flatMap(({ model }) => tierTrouble(model, tiers.get(model) ?? [], sums, starts)),
      ...sums.warnings,
      ...speeds.warnings,
      ...slots.warnings,
      ...(speeds.warnings.some((warning) => warning.code === 'percentiles-unavailable') ? [] : total.warnings),
    ],
  }
}

function noUse(region: string): Warning {
  return {
    code: 'no-usage',
    message: `CloudWatch has no Bedrock metrics in ${region} for this window: there were no calls, they went to another Region, or they are less than 15 minutes old`,
  }
}
