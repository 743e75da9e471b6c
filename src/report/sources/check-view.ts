import { usageError } from '../../core/errors.ts'
import type { Format } from '../formats/format.ts'
import { parseColumns } from '../values.ts'
import type { ReportView } from '../view.ts'
import { BOOLEAN, type Checks, checkGiven, checkNames, objectOf, shown } from './check-query.ts'

type Rendering = { width?: number; verbose?: boolean; columns?: readonly unknown[]; version?: string }

/** How wide a view is to be written, in which version, and which columns of it. Throws a usage error for what is none. */
export function checkRenderOptions(
  options: unknown,
  { by, report }: ReportView,
  { name, versions = [] }: Format,
): { width: number; verbose: boolean; columns?: readonly string[]; version?: string } {
  const given = objectOf('the options', options)
  const isWidth = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0
  const checks: Checks = {
    version: [(value) => versions.some((one) => one === value), `${name} has ${versions.join(', ') || 'none'}`],
    verbose: BOOLEAN,
    columns: [Array.isArray, 'it is a list of names'],
    width: [isWidth, 'it is a number of columns'],
  }
  checkNames('the options', given, ['width', 'columns', 'verbose', 'version'])
  checkGiven(given, checks)
  const { width = 120, verbose = false, columns, version } = given as Rendering
  const asked = columns && { columns: parseColumns(columns.map(String), by, report.compare !== undefined) }
  return { width, verbose, ...(version !== undefined && { version }), ...asked }
}

export function checkView(view: unknown): void {
  const { report, by, timeZone, trends } = objectOf('the view', view)
  const given = objectOf("the view's report", report)
  const { total, window, projection, groups, series, regions, prices, unpriced, doubts, warnings } = given
  for (const [name, value] of Object.entries({ total, window, projection, trends }))
    objectOf(`the view's ${name}`, value)
  const lists = Object.entries({ by, groups, series, regions, prices, unpriced, doubts, warnings })
  const [name, value] = lists.find(([, list]) => !Array.isArray(list)) ?? ['timeZone', timeZone]
  if (name !== 'timeZone' || typeof value !== 'string')
    throw usageError(`the view's ${name} is ${shown(value)}`, 'render takes what report() gives')
}
