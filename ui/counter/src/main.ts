import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { apply } from '$kit/i18n.svelte.js';
import { applyTheme } from '$kit/theme.svelte.js';

apply();
applyTheme();
mount(App, { target: document.getElementById('app')! });
