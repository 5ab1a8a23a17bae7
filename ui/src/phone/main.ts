import { mount } from 'svelte';
import './locale.svelte.js';
import Phone from './Phone.svelte';
import '../styles/tokens.css';
import './phone.css';

mount(Phone, { target: document.getElementById('phone')! });
