import { mount } from 'svelte';
import './locale.svelte.js';
import OwnPage from './OwnPage.svelte';
import { guardCompositions } from '$kit/typing.js';
import '$kit/styles/tokens.css';
import './phone.css';

guardCompositions(document);
mount(OwnPage, { target: document.getElementById('phone')! });
