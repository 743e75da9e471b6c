import { usageError } from '../../core/errors.ts'
import { GROUPINGS, isGrouping } from '../grouping.ts'
import type { SourceName } from '../model.ts'

/** What CloudWatch's metrics know of a call besides its numbers: their only dimension is the model id. */
const OF_METRICS = ['model', 'region', 'profile', 'hour', 'day']

const RECORDED = 'pass --source logs, --source s3 or --source file:PATH, which read the invocation log'

/**
 * Checks that a source can group by all of this.
 * @throws a usage error that names the source to use instead
 */
export function checkGroupings(source: SourceName, by: readonly string[]): void {
  for (const name of by) {
    if (!isGrouping(name)) {
      throw usageError(`--by is '${name}': nothing to group by`, `pass ${GROUPINGS.join(', ')} or metadata:KEY`)
    }
    if (source === 'metrics' && !OF_METRICS.includes(name)) {
      throw usageError(`--by ${name}: CloudWatch's metrics do not tell it`, RECORDED)
    }
  }
}
