import { hand, type Hand } from '$kit/hand.svelte.js';
import { engine, type DeviceSettings as Settings } from './engine.js';

export type DeviceSettings = Required<Settings>;

const DEFAULT: DeviceSettings = {
  scan_pause_ms: 120,
  cover_after_s: 120,
  cover_at_most_s: null,
  held_in: 'left',
};

let current = $state.raw<DeviceSettings>(DEFAULT);

function take(settings: DeviceSettings) {
  current = settings;
  hand.set(settings.held_in);
}

/** What people chose for this device: kept by the counter, read once it answers. */
export const deviceSettings = {
  get current(): DeviceSettings {
    return current;
  },
  /** Reads them; where they cannot be read the usual ones hold, and the settings' panel says why. */
  async load(): Promise<void> {
    take(await engine.deviceSettings());
  },
  async keep(settings: DeviceSettings): Promise<void> {
    take(await engine.setDeviceSettings(settings));
  },
  /** The hand that holds the tablet: the page turns round at once, and the counter keeps it. */
  async hold(holding: Hand): Promise<void> {
    hand.set(holding);
    take(await engine.setDeviceSettings({ ...current, held_in: holding }));
  },
};
