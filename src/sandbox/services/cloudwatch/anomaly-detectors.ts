import type {
  AnomalyDetector,
  CloudWatch,
  DeleteAnomalyDetectorInput,
  Dimension,
  MetricDataQuery,
  PutAnomalyDetectorInput,
  SingleMetricAnomalyDetector,
} from '@aws-sdk/client-cloudwatch'
import { perRegion } from '../../state.ts'
import type { Operations } from '../typed.ts'
import { missing, noSuchDetector, pagedAs, validation } from './faults.ts'
import { parseExpression, referencesOf } from './math/parse.ts'
import { dimensionsOf } from './queries.ts'
import type { MetricStore } from './store.ts'

const PAGE = 50

type Detector = { Namespace: string; MetricName: string; Stat: string; Dimensions: Dimension[] } & Pick<
  PutAnomalyDetectorInput,
  'Configuration' | 'MetricCharacteristics'
>

/** The models of what to expect of a metric, one for each metric and statistic. */
export function createAnomalyDetectors(metricsOf: (region: string) => MetricStore): {
  operations: Operations<CloudWatch>
  /** What putting an alarm on bands does. */
  watch(region: string, queries: readonly MetricDataQuery[]): void
} {
  const detectorsOf = perRegion(() => new Map<string, Detector>())
  const describe = (region: string, { Configuration, MetricCharacteristics, ...metric }: Detector): AnomalyDetector => {
    const known = metricsOf(region).find(metric.Namespace, metric.MetricName, dimensionsOf(metric.Dimensions))
    return {
      ...metric,
      ...(Configuration && { Configuration }),
      ...(MetricCharacteristics && { MetricCharacteristics }),
      StateValue: known ? 'TRAINED' : 'PENDING_TRAINING',
      SingleMetricAnomalyDetector: metric,
    }
  }
  return {
    operations: {
      PutAnomalyDetector: (input, { region }) => {
        const { Configuration, MetricCharacteristics } = input
        const detector = metricIn(input)
        detectorsOf(region).set(keyOf(detector), { ...detector, Configuration, MetricCharacteristics })
      },
      DescribeAnomalyDetectors: (input, { region }) => {
        const { Namespace, MetricName, Dimensions, AnomalyDetectorTypes: types = ['SINGLE_METRIC'] } = input
        const found = [...detectorsOf(region).values()].filter(
          (detector) =>
            types.includes('SINGLE_METRIC') &&
            (Namespace === undefined || detector.Namespace === Namespace) &&
            (MetricName === undefined || detector.MetricName === MetricName) &&
            (Dimensions === undefined || keyOfDimensions(detector.Dimensions) === keyOfDimensions(Dimensions)),
        )
        const all = found.map((detector) => describe(region, detector))
        return pagedAs('AnomalyDetectors', all, input.NextToken, input.MaxResults ?? PAGE)
      },
      DeleteAnomalyDetector: (input, { region }) => {
        if (!detectorsOf(region).delete(keyOf(metricIn(input)))) throw noSuchDetector()
      },
    },
    /** Makes a band's model where there is none, as users found (aws-cdk#19956, terraform-provider-aws#18344). */
    watch: (region, queries) => {
      for (const { Expression = '' } of queries) {
        if (!Expression.includes('ANOMALY_DETECTION_BAND')) continue
        const watched = referencesOf(parseExpression(Expression))
        for (const { Id = '', MetricStat } of queries) {
          if (!MetricStat || !watched.includes(Id)) continue
          const detector = detectorOf({ ...MetricStat.Metric, Stat: MetricStat.Stat })
          if (!detectorsOf(region).has(keyOf(detector))) detectorsOf(region).set(keyOf(detector), detector)
        }
      }
    },
  }
}

/** The metric of a request: of those in a member of its own, which newer requests have. */
function metricIn({ SingleMetricAnomalyDetector: single }: DeleteAnomalyDetectorInput): Detector {
  if (!single) throw validation('The sandbox keeps only anomaly detectors of a SingleMetricAnomalyDetector.')
  return detectorOf(single)
}

function detectorOf({ Namespace, MetricName, Dimensions = [], Stat }: SingleMetricAnomalyDetector): Detector {
  if (!Namespace) throw missing('Namespace')
  if (!MetricName) throw missing('MetricName')
  if (!Stat) throw missing('Stat')
  return { Namespace, MetricName, Dimensions, Stat }
}

function keyOf({ Namespace, MetricName, Dimensions, Stat }: Detector): string {
  return JSON.stringify([Namespace, MetricName, Stat, keyOfDimensions(Dimensions)])
}

function keyOfDimensions(dimensions: Detector['Dimensions'] = []): string {
  return JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort())
}
