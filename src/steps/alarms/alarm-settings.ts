import {
  budgetAmount,
  budgetName,
  each,
  emailAddress,
  httpsUrl,
  oneOf,
  positive,
  snsTopicArn,
  zeroOrMore,
} from '../setting-checks.ts'
import { ALARM_PROFILES, define, type SettingDefinition } from '../setting-definition.ts'
import { flagOf, THRESHOLDS } from './threshold-alarms.ts'

/** What rings, whom it tells, and what may be spent. */
export const ALARM_SETTINGS: readonly SettingDefinition[] = [
  {
    ...define('email', 'email', undefined, 'Alarms', '', 'addresses to subscribe to the alarms', each(emailAddress)),
    list: true,
  },
  {
    ...define(
      'httpsEndpoint',
      'https-endpoint',
      undefined,
      'Alarms',
      '',
      'URLs that SNS posts the alarms to: PagerDuty, Opsgenie, your own',
      each(httpsUrl),
    ),
    list: true,
    secret: true,
  },
  define(
    'snsTopic',
    'sns-topic',
    undefined,
    'Alarms',
    '',
    'ARN of an existing topic for the alarms to notify, instead of one of ours',
    snsTopicArn,
  ),
  define(
    'budgetUsd',
    'budget-usd',
    undefined,
    'Alarms',
    0,
    'AWS Budget for all Bedrock spend: US dollars a month, 0 for none',
    budgetAmount,
    'number',
  ),
  define('budgetName', 'budget-name', undefined, 'Names', 'bedrock-monthly', 'AWS Budget', budgetName),
  {
    ...define(
      'alarms',
      'alarms',
      undefined,
      'Alarms',
      'standard',
      `how closely the alarms watch: ${ALARM_PROFILES.join(', ')}`,
      oneOf(...ALARM_PROFILES),
    ),
    values: ALARM_PROFILES,
  },
  define('pageOnce', 'page-once', undefined, 'Alarms', false, 'one alarm tells for all others of its Region'),
  define('anomaly', 'anomaly', undefined, 'Alarms', false, 'alarms on unusual numbers of invocations and input tokens'),
  define(
    'anomalyBand',
    'anomaly-band',
    undefined,
    'Alarms',
    3,
    'unusual is this many standard deviations above the expected',
    positive,
    'number',
  ),
  ...THRESHOLDS.map((threshold) =>
    define(
      threshold.key,
      flagOf(threshold),
      threshold.legacy,
      'Alarms',
      threshold.default,
      threshold.describe,
      threshold.orZero ? zeroOrMore : positive,
      'number',
    ),
  ),
]
