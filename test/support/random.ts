import fc from '../../node_modules/fast-check/lib/fast-check.js'

/**
 * fast-check, as tests import it. Every run of the gate draws the same cases, so that what passed on one machine passes on another;
 * `TEST_SEED` names another seed, or `random` for a new one each time, as the nightly run does.
 */
const { TEST_SEED: asked = '20261125' } = process.env
if (asked !== 'random') {
  if (!/^-?\d+$/.test(asked)) throw new Error(`TEST_SEED is random or a whole number, not ${asked}`)
  fc.configureGlobal({ seed: Number(asked) })
}

export * from '../../node_modules/fast-check/lib/fast-check.js'
export default fc
