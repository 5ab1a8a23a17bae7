import type { Component } from 'svelte';
import type { View } from '$lib/routes.js';

/** A screen's place in the rail. */
export interface RailPlace {
  view: View;
  label: () => string;
  Icon: Component<{ size?: number | string }>;
  /** What is done before the screen is shown, and once it is: its own field, where it has one, takes the tap. */
  before?: () => void;
  after?: () => void;
  /** A number on it, where it is not zero, and what that number is. */
  badge?: { count: () => number; testid: string; label: (count: number) => string };
}
