import type { AwsContext } from '../../src/aws/context.ts'
import type { Context } from '../../src/core/context.ts'
import { report as reportFrom } from '../../src/report/report.ts'
import type { PriceSources } from '../../src/report/sources/prices.ts'
import type { ReportOutcome, ReportRequest } from '../../src/report/sources/source.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'

/** A source with all that it is asked with; the settings are the defaults unless they are named. */
export interface SourceRequest {
  name: string
  accountId?: string
  /** Of the account, unless they name another. */
  places?: readonly { account?: string; region: string; cx: AwsContext }[]
  /** Through the places, accounts that are linked to them are read, too. */
  linked?: boolean
  window?: { start: number; end: number }
  logGroup?: string
  bucket?: string
  keyPrefix?: string
  path?: string
  stdin?: AsyncIterable<Uint8Array>
}

/** A report as its session would ask for it, in places of the test's own. */
export function report(
  cx: Context,
  {
    source,
    prices,
    ...asked
  }: { source: SourceRequest; prices?: PriceSources } & Omit<ReportRequest, 'source' | 'prices'>,
): Promise<ReportOutcome> {
  const { name, accountId = '', places, linked = false, window, path, stdin } = source
  const settings = {
    ...resolveSettings([]).settings,
    logGroupName: source.logGroup ?? '/aws/bedrock/modelinvocations',
    bucketName: source.bucket ?? '',
    bucketPrefix: 'bedrock-logs',
    keyPrefix: source.keyPrefix ?? 'bedrock-logs',
  }
  const signIn = async () => {
    if (!places) throw new Error('AWS is not to be asked')
    const given = new Set([
      ...(source.bucket === undefined ? [] : ['bucketName', 'keyPrefix']),
      ...(source.logGroup === undefined ? [] : ['logGroupName']),
    ])
    const asked = places.map((place) => ({ account: accountId, ...place }))
    return { places: asked, settings, given, ...(linked && { linked: { hubs: asked, onlyNamed: false } }) }
  }
  return reportFrom(
    { cx, stdin, signIn },
    { source: name, window, path, ...(prices && { prices: async () => prices }), ...asked },
  )
}
