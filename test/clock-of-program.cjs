require('./clock.cjs').moveClock(globalThis)
