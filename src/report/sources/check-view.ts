import { usageError } from '../../core/errors.ts'
import type { Format } from '../formats/format.ts'
import { parseColumns } from '../values.ts'
import type { ReportView } from '../view.ts'
import { checkNames, objectOf, shown } from './check-query.ts'

/** How wide a view is to be written, in which version, and which columns of it. Throws a usage error for what is none. */
export function checkRenderOptions(
  options: unknown,
  { by, report }: ReportView,
  { name, versions = [] }: Format,
): { width: number; verbose: boolean; columns?: readonly string[]; version?: string } {
  const { width = 120, verbose = false, columns, version, ...unknown } = objectOf('the options', options)
  checkNames('the options', unknown, ['width', 'columns', 'verbose', 'version'])
  const known = versions.find((one) => one === version)
  if (version !== undefined && known === undefined)
    throw usageError(
      `version is ${shown(version)}`,
      `${name} has ${versions.length > 0 ? versions.join(', ') : 'none'}`,
    )
  if (typeof verbose !== 'boolean') throw usageError(`verbose is ${shown(verbose)}`, 'it is true or false')
  if (columns !== undefined && !Array.isArray(columns))
    throw usageError(`columns is ${shown(columns)}`, 'it is a list of names')
  if (typeof width === 'number' && Number.isFinite(width) && width > 0) {
    return {
      width,
      verbose,
      ...(known !== undefined && { version: known }),
      ...(columns && { columns: parseColumns(columns.map(String), by, report.compare !== undefined) }),
    }
  }
  throw usageError(`width is ${shown(width)}`, 'it is a number of columns')
}

/** Throws a usage error for what cannot be written in any format, since it is no report with its view. */
export function checkView(view: unknown): void {
  const { report, by, timeZone, trends } = objectOf('the view', view)
  const { total, window, projection, groups, series, regions, prices, unpriced, doubts, warnings } = objectOf(
    "the view's report",
    report,
  )
  for (const [name, value] of Object.entries({ total, window, projection, trends }))
    objectOf(`the view's ${name}`, value)
  for (const [name, value] of Object.entries({ by, groups, series, regions, prices, unpriced, doubts, warnings })) {
    if (!Array.isArray(value))
      throw usageError(`the view's ${name} is ${shown(value)}`, 'render takes what report() gives')
  }
  if (typeof timeZone !== 'string')
    throw usageError(`the view's timeZone is ${shown(timeZone)}`, 'render takes what report() gives')
}
