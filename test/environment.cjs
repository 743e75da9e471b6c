const { AsyncLocalStorage } = require('node:async_hooks')
const vm = require('node:vm')
const { TestEnvironment } = require('jest-environment-node')
const { beginClock, moveClock } = require('./clock.cjs')

/** Of the machine's realm in Jest's own environment, too: so bytes are bytes, whoever made them. */
const SHARED = ['Buffer', 'ArrayBuffer', 'Uint8Array']

/** Those that are in use; Jest makes one a test file and leaves it on, after which each promise in the process takes note of it. */
const storages = new Set()
const { run } = AsyncLocalStorage.prototype
AsyncLocalStorage.prototype.run = function (...args) {
  storages.add(this)
  return run.apply(this, args)
}

/**
 * Jest's environment for Node.js, in a context whose global object is a plain one. In Jest's own, each look at a global, be it
 * `Array` or `Error`, goes through a proxy and takes a hundred times as long, in all code that a test loads.
 */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    beginClock(config.projectConfig.testEnvironmentOptions.clock)
    super(config, context)
    const plain = vm.createContext(vm.constants.DONT_CONTEXTIFY)
    const given = Object.getOwnPropertyDescriptors(this.global)
    for (const key of Reflect.ownKeys(given)) {
      if (Object.hasOwn(plain, key)) continue
      Object.defineProperty(plain, key, 'value' in given[key] ? given[key] : once(plain, key, given[key]))
    }
    for (const key of SHARED) plain[key] = globalThis[key]
    plain.global = plain
    moveClock(plain)
    // Each `expect` takes down where it stands, and with Jest's hundred frames a tenth of its time for that.
    plain.Error.stackTraceLimit = 20
    const { projectConfig } = config
    this.context = plain
    this.global = plain
    this.moduleMocker = new this.moduleMocker.constructor(plain)
    this.fakeTimers.dispose()
    this.fakeTimers = null
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: projectConfig, global: plain })
  }

  async teardown() {
    await super.teardown()
    for (const storage of storages) storage.disable()
    storages.clear()
  }
}

/** What Node.js loads when it is first asked for, such as `fetch`, and which is then as it was. */
function once(global, key, { enumerable }) {
  const define = (value) =>
    Object.defineProperty(global, key, { configurable: true, enumerable, writable: true, value })
  return {
    configurable: true,
    enumerable,
    get() {
      define(globalThis[key])
      return globalThis[key]
    },
    set: define,
  }
}
