import { engine, type DeviceSettings as Settings } from './engine.js';

export type DeviceSettings = Required<Settings>;

const DEFAULT: DeviceSettings = { scan_pause_ms: 120, cover_after_s: 120 };

let current = $state.raw<DeviceSettings>(DEFAULT);

/** What people chose for this device: kept by the counter, read once it answers. */
export const deviceSettings = {
  get current(): DeviceSettings {
    return current;
  },
  /** Reads them; where they cannot be read the usual ones hold, and the settings' panel says why. */
  async load(): Promise<void> {
    current = await engine.deviceSettings();
  },
  async keep(settings: DeviceSettings): Promise<void> {
    current = await engine.setDeviceSettings(settings);
  },
};
