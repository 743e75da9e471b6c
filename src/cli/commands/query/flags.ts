import { ANSWER_FORMATS } from '../../../report/formats/index.ts'
import { type Flag, offlineFlag, wholeNumber } from '../../args/flag.ts'
import { outputFlags } from '../../args/output-format.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import { REPORT_FLAGS } from '../report/flags.ts'

const WINDOW = ['hours', 'last', 'since', 'until']
/** The most rows that Logs Insights gives. */
const MOST_ROWS = 10_000
/** What Bedrock takes for a model id: ids, ids of profiles, and ARNs. */
const MODEL_ID = /^[\w.:/-]{1,2048}$/
/** What would end a name in a query, or a query's line; Bedrock takes none of it in a key. */
const NO_KEY = /[`"\\\p{Cc}]/u

/** The flags of `query`. */
export const QUERY_FLAGS: readonly Flag[] = [
  { name: 'show', describe: 'print the query for Logs Insights instead of running it', group: 'What to do' },
  { name: 'save', describe: 'put the named queries, or all, into the console', group: 'What to do' },
  ...REPORT_FLAGS.filter(({ name }) => WINDOW.includes(name)),
  {
    name: 'model',
    value: 'ID',
    list: true,
    describe: 'only calls of this model, exactly as callers pass it',
    group: 'What to ask',
    check: (value) => (MODEL_ID.test(value) ? undefined : 'a model id, an inference profile or an ARN'),
  },
  {
    name: 'key',
    value: 'KEY',
    describe: 'key of the request metadata, such as team',
    group: 'What to ask',
    check: (value) => (value.length > 256 || NO_KEY.test(value) ? 'a key that Bedrock takes, such as team' : undefined),
  },
  {
    name: 'limit',
    value: 'N',
    describe: `rows at most, 1 to ${MOST_ROWS} (default: 20; of hours 1000)`,
    group: 'What to ask',
    check: wholeNumber(1, MOST_ROWS),
  },
  ...SETTING_FLAGS.filter(({ name }) => name === 'log-group-name'),
  offlineFlag('What to ask'),
  ...outputFlags(ANSWER_FORMATS),
]
