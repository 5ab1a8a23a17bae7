import { mount } from 'svelte';
import './locale.svelte.js';
import { isOwn } from './api.js';
import OwnPage from './OwnPage.svelte';
import Phone from './Phone.svelte';
import { guardCompositions } from '$kit/typing.js';
import '$kit/styles/tokens.css';
import './phone.css';

guardCompositions(document);
mount(isOwn(location.pathname) ? OwnPage : Phone, { target: document.getElementById('phone')! });
