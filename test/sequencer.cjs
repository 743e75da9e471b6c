const Sequencer = require('@jest/test-sequencer').default

/** What takes minutes or waits for servers in Python: begun last, it would keep one core busy after the others are through. */
const LONGEST = /\.long\.ts$|[/\\]contract[/\\]/

/** On a fresh clone Jest knows no times and goes by the size of files; the longest of ours are a few lines about a table elsewhere. */
module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (LONGEST.test(path) ? 0 : 1)
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b))
  }
}
